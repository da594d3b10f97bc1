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
import java.util.function.Function;
import org.colotape.recorder.qmp.QmpClient;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.event.Memory;

/** The readers of all targets, each opened when it is needed, and kept open. */
final class BlockReaders {
  private final StreamFollower stream;
  private final Consumer<String> report;
  private final Map<LiveTarget, BlockReader> open = new HashMap<>();
  private final Map<Path, QmpClient> monitors = new HashMap<>();
  private final Map<Path, RamblockTable> tables = new HashMap<>();

  /** Monitors that could not be asked; each is tried once while an answer is held. */
  private final Map<Path, ColotapeException> silent = new HashMap<>();

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

  /** True if the target's memory can be found now. */
  boolean isFound(LiveTarget target) {
    try {
      of(target);
      return true;
    } catch (IOException | ColotapeException e) {
      return false; // who reads it is told why
    }
  }

  /** Name of the block that is read of a target; empty while that is not known. */
  static String block(LiveTarget target) {
    String block = target.block();
    return block == null ? "" : block;
  }

  /** Lets those be found anew of which it was not certain where they are, or that failed. */
  void lookAnew() {
    silent.clear();
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
    monitors.values().forEach(QmpClient::close);
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
    Path file = target.file();
    if (file != null) {
      long length = Files.size(file);
      String block = target.block() == null ? blocks.ofLength(length, file) : target.block();
      return FileReader.of(file, block, Math.min(length, blocks.length(block)), 0);
    }
    String block = block(target);
    long length = blocks.length(block);
    Path monitor = target.monitor();
    if (monitor != null && target.pid() == 0) {
      return MonitorReader.of(connected(monitor), block, length);
    }
    RamblockTable table = monitor == null ? RamblockTable.UNKNOWN : table(monitor);
    OptionalLong address =
        target.memory() == Memory.CACHE ? OptionalLong.empty() : table.address(block);
    return address.isEmpty()
        ? find(target, block, length, table)
        : FileReader.of(ProcessMaps.memory(target.pid()), block, length, address.getAsLong());
  }

  /** A monitor that saves memory is spoken to again and again. */
  private QmpClient connected(Path monitor) {
    return ask(monitor, path -> monitors.computeIfAbsent(path, QmpClient::connect));
  }

  /** Where the blocks of a machine are does not change; its monitor is left to others then. */
  private RamblockTable table(Path monitor) {
    return ask(
        monitor,
        path -> {
          RamblockTable known = tables.get(path);
          if (known != null) {
            return known;
          }
          QmpClient open = monitors.get(path);
          QmpClient client = open == null ? QmpClient.connect(path) : open;
          try {
            RamblockTable table = new RamblockTable(client.human("info ramblock"));
            tables.put(path, table);
            return table;
          } finally {
            if (open == null) {
              client.close();
            }
          }
        });
  }

  private <T> T ask(Path monitor, Function<Path, T> question) {
    ColotapeException failure = silent.get(monitor);
    if (failure != null) {
      throw failure;
    }
    try {
      return question.apply(monitor);
    } catch (ColotapeException e) {
      silent.put(monitor, e);
      throw e;
    }
  }

  private BlockReader find(LiveTarget target, String block, long length, RamblockTable table)
      throws IOException {
    ProcessSearch.Result found = new ProcessSearch(stream, target, block, length, table).run();
    if (!found.certain()) {
      uncertain.add(target);
    }
    return found.reader();
  }
}
