package org.colotape.analyzer.cli.replay;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.colotape.replayer.memory.GuestMemory;
import org.colotape.replayer.memory.RamBlockMemory;
import org.colotape.replayer.replay.CheckpointReached;
import org.colotape.replayer.replay.ReplayError;
import org.colotape.replayer.timeline.Position;
import org.colotape.replayer.timeline.Timeline;
import org.jspecify.annotations.Nullable;

/**
 * Where a replay stands, and what the memories hold there.
 *
 * @param recording the recording or tape
 * @param checkpoint the checkpoint
 * @param atEnd true at the end of the checkpoint, false within it
 * @param complete true if the recorder saw all of the checkpoint
 * @param flushed true if the cache was flushed to SVM RAM in it
 * @param rules the rule set's name
 * @param lastSeq the last event that was replayed
 * @param loadError what ended the secondary's load, or null
 * @param blocks the RAM blocks of SVM RAM, then those of the cache
 * @param images folder that images were written to, or null
 */
record ReplayResult(
    String recording,
    int checkpoint,
    boolean atEnd,
    boolean complete,
    boolean flushed,
    String rules,
    long lastSeq,
    @Nullable String loadError,
    List<Block> blocks,
    @Nullable String images) {

  /**
   * A RAM block in one of the memories.
   *
   * @param memory svm or cache
   * @param block the block's name
   * @param usedLength its length in bytes
   * @param pageSize size of its pages in bytes
   * @param digest its digest
   * @param sha256 SHA-256 of its bytes, or null if it was not asked for
   */
  record Block(
      String memory,
      String block,
      long usedLength,
      int pageSize,
      String digest,
      @Nullable String sha256) {}

  static ReplayResult of(
      String recording,
      Position position,
      Timeline timeline,
      boolean sha256,
      @Nullable String images) {
    List<Block> blocks = new ArrayList<>();
    add(blocks, timeline.svm(), sha256);
    add(blocks, timeline.cache(), sha256);
    ReplayError error = timeline.loadError();
    CheckpointReached reached = position.reached();
    return new ReplayResult(
        recording,
        position.checkpoint(),
        reached != null,
        reached != null && reached.complete(),
        reached != null && reached.flushed(),
        timeline.settings().rules().name(),
        position.seq(),
        error == null ? null : error.toString(),
        blocks,
        images);
  }

  private static void add(List<Block> blocks, GuestMemory memory, boolean sha256) {
    String kind = memory.kind().name().toLowerCase(Locale.ROOT);
    for (RamBlockMemory block : memory.blocks()) {
      blocks.add(
          new Block(
              kind,
              block.name(),
              block.usedLength(),
              block.pageSize(),
              block.digest().toString(),
              sha256 ? block.sha256() : null));
    }
  }

  private String end() {
    return " (" + (complete ? "whole" : "not whole") + (flushed ? ", flushed" : "") + ")";
  }

  /** The result for people. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%s %s checkpoint %d%s, rules %s, event %d"
            .formatted(
                recording,
                atEnd ? "at" : "within",
                checkpoint,
                atEnd ? end() : "",
                rules,
                lastSeq));
    for (Block block : blocks) {
      lines.add(
          "%-5s %12d bytes  %s  %s%s"
              .formatted(
                  block.memory,
                  block.usedLength,
                  block.digest,
                  block.block,
                  block.sha256 == null ? "" : "  sha256 " + block.sha256));
    }
    if (blocks.isEmpty()) {
      lines.add("no RAM blocks");
    }
    if (images != null) {
      lines.add("images written to " + images + "/checkpoint-" + checkpoint);
    }
    return lines;
  }
}
