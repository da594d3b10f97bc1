package org.colotape.analyzer.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import org.colotape.analyzer.diagnosis.Diagnosis;
import org.colotape.analyzer.diagnosis.Fault;
import org.colotape.analyzer.diff.BlockComparison;
import org.colotape.analyzer.diff.Divergence;
import org.colotape.analyzer.diff.MemoryPair;
import org.colotape.analyzer.diff.PageBytes;
import org.colotape.analyzer.diff.PageRange;
import org.colotape.analyzer.diff.PageSet;
import org.colotape.analyzer.diff.Side;
import org.colotape.analyzer.verdict.CheckpointVerdict;
import org.colotape.analyzer.verdict.CheckpointVerdict.Compared;
import org.colotape.analyzer.verdict.CheckpointVerdict.NotCompared;
import org.colotape.analyzer.verdict.Doubt;
import org.colotape.analyzer.verdict.RecordingVerdict;
import org.colotape.analyzer.verdict.Remark;
import org.colotape.replayer.memory.PageWriter;
import org.colotape.replayer.replay.ReplayError;
import org.colotape.schema.event.MigrationEnd;
import org.jspecify.annotations.Nullable;

/**
 * A verdict as one JSON object. What it has is described, and held by a test, in {@code
 * analyze.schema.json} beside this class.
 */
public final class JsonReport {
  private static final int ROW = 16;
  private static final int BYTES = 64;

  private JsonReport() {}

  /** The object, with what went wrong. */
  public static ObjectNode object(Diagnosis diagnosis) {
    ObjectNode root = object(diagnosis.verdict());
    ArrayNode findings = root.putArray("findings");
    diagnosis.faults().forEach(fault -> fault(findings.addObject(), fault));
    return root;
  }

  private static void fault(ObjectNode node, Fault fault) {
    node.put("cause", name(fault.cause()));
    node.put("oracle", fault.cause().oracle());
    node.put("checkpoint", fault.checkpoint());
    node.put("origin", fault.origin() < 0 ? null : Integer.valueOf(fault.origin()));
    node.put("confidence", name(fault.confidence()));
    node.put("text", fault.text());
    ArrayNode pages = node.putArray("pages");
    fault
        .pages()
        .forEach((block, set) -> {
          ObjectNode of = pages.addObject();
          of.put("block", block);
          ArrayNode ranges = of.putArray("ranges");
          set.ranges()
              .forEach(run -> ranges.addObject().put("from", run.from()).put("to", run.to()));
        });
    ArrayNode events = node.putArray("events");
    fault.events().forEach(events::add);
  }

  /** The object. */
  public static ObjectNode object(RecordingVerdict verdict) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("recording", verdict.recording());
    root.put("rules", verdict.rules().name());
    root.put("outcome", name(verdict.outcome()));
    root.put("summary", Summary.of(verdict));
    ArrayNode doubts = root.putArray("doubts");
    verdict.doubts().forEach(doubt -> doubt(doubts.addObject(), doubt));
    root.put("basis", name(verdict.basis()));
    migration(root.putObject("migration"), verdict.migration());
    root.put(
        "firstDivergentCheckpoint",
        verdict.firstDivergent().map(CheckpointVerdict::checkpoint).orElse(null));
    loadError(root, verdict.loadError());
    ArrayNode checkpoints = root.putArray("checkpoints");
    verdict.checkpoints().forEach(checkpoint -> checkpoint(checkpoints.addObject(), checkpoint));
    ArrayNode remarks = root.putArray("remarks");
    verdict.remarks().forEach(remark -> remark(remarks.addObject(), remark));
    return root;
  }

  private static void doubt(ObjectNode node, Doubt doubt) {
    node.put("reason", name(doubt.reason()));
    node.put("text", doubt.text());
  }

  /** How a migration ended. */
  public static void migration(ObjectNode node, MigrationEnd end) {
    node.put("outcome", name(end.getOutcome()));
    node.put("reason", end.getReason());
    node.put("bytes", end.getBytes() < 0 ? null : Long.valueOf(end.getBytes()));
    node.put("path", end.getPath().isEmpty() ? null : end.getPath());
  }

  private static void loadError(ObjectNode root, @Nullable ReplayError error) {
    if (error == null) {
      root.putNull("loadError");
      return;
    }
    ObjectNode node = root.putObject("loadError");
    node.put("reason", name(error.reason()));
    node.put("detail", error.detail());
    node.put("block", error.block().isEmpty() ? null : error.block());
    node.put("offset", error.offset() < 0 ? null : Long.valueOf(error.offset()));
    event(node, "event", new PageWriter(error.seq(), error.streamOffset(), error.checkpoint()));
  }

  private static void checkpoint(ObjectNode node, CheckpointVerdict checkpoint) {
    node.put("checkpoint", checkpoint.checkpoint());
    node.put("pagesSent", checkpoint.pagesSent());
    node.put("pagesWritten", checkpoint.pagesWritten());
    switch (checkpoint) {
      case NotCompared skipped -> node.put("notCompared", name(skipped.reason()));
      case Compared compared -> {
        node.putNull("notCompared");
        node.put("pagesCompared", compared.pagesCompared());
        node.put("pagesDiffering", compared.pagesDiffering());
        ArrayNode blocks = node.putArray("blocks");
        compared.blocks().forEach(block -> block(blocks.addObject(), block));
        ArrayNode divergences = node.putArray("divergences");
        compared.divergences().forEach(d -> divergence(divergences.addObject(), d));
      }
    }
  }

  private static void block(ObjectNode node, BlockComparison block) {
    node.put("block", block.block());
    node.put("pageSize", block.pageSize());
    node.put("pages", block.pages());
    node.put("compared", block.compared());
    node.put("whole", block.whole());
    ObjectNode sources = node.putObject("sources");
    block.sources().forEach((memory, source) -> sources.put(name(memory), name(source)));
    ObjectNode differing = node.putObject("differing");
    block
        .differing()
        .forEach((pair, pages) -> ranges(differing.putObject(pair(pair)), pages, block.pageSize()));
  }

  static void ranges(ObjectNode node, PageSet pages, int pageSize) {
    node.put("pages", pages.size());
    ArrayNode ranges = node.putArray("ranges");
    for (PageRange range : pages.ranges()) {
      ObjectNode one = ranges.addObject();
      one.put("offset", (long) range.from() * pageSize);
      one.put("length", (long) range.size() * pageSize);
    }
  }

  private static void divergence(ObjectNode node, Divergence divergence) {
    int first = divergence.firstDifference();
    node.put("block", divergence.block());
    node.put("offset", divergence.offset());
    node.put("pair", pair(divergence.pair()));
    node.put("firstDifference", first < 0 ? null : Integer.valueOf(first));
    event(node, "lastSent", divergence.lastSent());
    side(node.putObject("left"), divergence.left(), first);
    side(node.putObject("right"), divergence.right(), first);
  }

  private static void side(ObjectNode node, Side side, int first) {
    node.put("memory", name(side.memory()));
    node.put("source", name(side.source()));
    node.put("digest", side.digest().toString());
    PageBytes bytes = side.bytes();
    int from = Math.max(first, 0) / ROW * ROW;
    node.put("bytesOffset", bytes == null ? null : Integer.valueOf(from));
    node.put("bytes", bytes == null ? null : bytes.hex(from, from + BYTES));
    event(node, "lastWriter", side.lastWriter());
  }

  static void event(ObjectNode node, String field, @Nullable PageWriter writer) {
    if (writer == null) {
      node.putNull(field);
      return;
    }
    ObjectNode event = node.putObject(field);
    event.put("seq", writer.seq());
    event.put("streamOffset", writer.streamOffset());
    event.put("checkpoint", writer.checkpoint());
  }

  private static void remark(ObjectNode node, Remark remark) {
    node.put(
        "kind",
        switch (remark) {
          case Remark.Unparsed _ -> "unparsed";
          case Remark.NoReturnPath _ -> "no-return-path";
          case Remark.Contradiction _ -> "contradiction";
          case Remark.InferredBlocks _ -> "inferred-blocks";
          case Remark.NoContents _ -> "no-contents";
          case Remark.UnusedObservation _ -> "unused-observation";
          case Remark.RunningSvm _ -> "running-svm";
          case Remark.CutChannel _ -> "cut-channel";
          case Remark.Missed _ -> "missed-observation";
          case Remark.NeverObserved _ -> "never-observed";
          case Remark.ColoNotTold _ -> "colo-not-told";
          case Remark.Unfinished _ -> "unfinished";
        });
    node.put("text", remark.text());
  }

  private static String pair(MemoryPair pair) {
    return name(pair);
  }

  /** A constant as reports for machines spell it: {@code lost-dirty-bit}. */
  public static String name(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
