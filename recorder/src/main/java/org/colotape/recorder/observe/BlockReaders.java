package org.colotape.recorder.observe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.colotape.recorder.qmp.QmpClient;
import org.colotape.schema.ColotapeException;

/** The readers of all targets, each opened when it is needed, and kept open. */
final class BlockReaders {
  private final StreamFollower stream;
  private final Consumer<String> report;
  private final Map<LiveTarget, BlockReader> open = new HashMap<>();

  /** Targets of which it was not certain where their memory is. */
  private final List<LiveTarget> uncertain = new ArrayList<>();

  /**
   * @param stream what the primary said
   * @param report is told which reader can't be closed
   */
  BlockReaders(StreamFollower stream, Consumer<String> report) {
    this.stream = stream;
    this.report = report;
  }

  /**
   * The reader of a target.
   *
   * @throws ColotapeException if the target's memory can't be found
   */
  BlockReader of(LiveTarget target) throws IOException {
    BlockReader reader = open.get(target);
    if (reader == null) {
      reader = open(target);
      open.put(target, reader);
    }
    return reader;
  }

  /** Name of the block that is read of a target; empty while that is not known. */
  String block(LiveTarget target) {
    BlockReader reader = open.get(target);
    return reader == null ? "" : reader.block();
  }

  /** Lets those be found anew of which it was not certain where they are. */
  void forgetUncertain() {
    for (LiveTarget target : uncertain) {
      BlockReader reader = open.remove(target);
      if (reader != null) {
        close(reader);
      }
    }
    uncertain.clear();
  }

  /** Closes all of them. */
  void close() {
    open.values().forEach(this::close);
  }

  private void close(BlockReader reader) {
    try {
      reader.close();
    } catch (IOException e) {
      report.accept("cannot close " + reader.block() + ": " + e.getMessage());
    }
  }

  private BlockReader open(LiveTarget target) throws IOException {
    StatedBlocks blocks = new StatedBlocks(stream.digests().usedLengths());
    String named = target.block();
    Path file = target.file();
    if (file != null) {
      long length = Files.size(file);
      String block = named == null ? blocks.ofLength(length, file) : named;
      return FileReader.of(file, block, Math.min(length, blocks.length(block)), 0);
    }
    String block = named == null ? blocks.largest() : named;
    long length = blocks.length(block);
    Path monitor = target.monitor();
    if (monitor == null) {
      return find(target, block, length);
    }
    if (target.pid() == 0) {
      return MonitorReader.of(monitor, block, length);
    }
    OptionalLong address = address(monitor, block);
    return address.isEmpty()
        ? find(target, block, length)
        : FileReader.of(ProcessMaps.memory(target.pid()), block, length, address.getAsLong());
  }

  private static OptionalLong address(Path monitor, String block) {
    try (QmpClient client = QmpClient.connect(monitor)) {
      return new RamblockTable(client.human("info ramblock")).address(block);
    }
  }

  private BlockReader find(LiveTarget target, String block, long length) throws IOException {
    ProcessSearch.Result found = new ProcessSearch(stream, target, block, length).run();
    if (!found.certain()) {
      uncertain.add(target);
    }
    return found.reader();
  }
}
