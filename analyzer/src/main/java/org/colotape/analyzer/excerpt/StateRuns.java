package org.colotape.analyzer.excerpt;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.colotape.analyzer.excerpt.StartingState.Held;
import org.colotape.replayer.memory.RamBlockMemory;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Memory;
import org.colotape.schema.event.StartPages;

/**
 * Gathers consecutive pages of a region that the same memories hold in one event each. Zero pages
 * are not told: blocks begin as zeros.
 */
final class StateRuns {
  /** Most bytes of pages in an event. */
  private static final int MOST_BYTES = 1 << 20;

  private final String block;
  private final Supplier<Event> fresh;
  private final Consumer<Event> events;
  private final Map<List<Memory>, Run> open = new LinkedHashMap<>();

  /**
   * @param block name of the RAM block
   * @param fresh makes an event without contents
   * @param events takes the events
   */
  StateRuns(String block, Supplier<Event> fresh, Consumer<Event> events) {
    this.block = block;
    this.fresh = fresh;
    this.events = events;
  }

  /** Adds a page: memories that agree on it share its contents. */
  void add(int page, List<Held> memories) {
    List<Held> left = new ArrayList<>(memories);
    while (!left.isEmpty()) {
      RamBlockMemory first = left.getFirst().block();
      List<Held> same = left.stream().filter(m -> m.block().mismatch(page, first) < 0).toList();
      left.removeAll(same);
      if (!first.isKnownZero(page)) {
        byte[] contents = new byte[first.pageSize()];
        first.read(page, contents, 0);
        add(same.stream().map(Held::memory).toList(), page, contents);
      }
    }
  }

  /** Emits what was gathered. */
  void flush() {
    open.forEach(this::emit);
    open.clear();
  }

  private void add(List<Memory> memories, int page, byte[] contents) {
    Run run = open.get(memories);
    if (run != null && !run.takes(page, contents.length)) {
      emit(memories, run);
      run = null;
    }
    if (run == null) {
      run = new Run(page, contents.length, new ByteArrayOutputStream());
      open.put(memories, run);
    }
    run.contents.writeBytes(contents);
  }

  private void emit(List<Memory> memories, Run run) {
    Event event = fresh.get();
    event.setStartPages(
        new StartPages(
            memories,
            block,
            (long) run.first * run.pageSize,
            run.pageSize,
            ByteBuffer.wrap(run.contents.toByteArray())));
    events.accept(event);
  }

  /** Consecutive pages with their contents. */
  private record Run(int first, int pageSize, ByteArrayOutputStream contents) {
    boolean takes(int page, int bytes) {
      return page == first + contents.size() / pageSize && contents.size() + bytes <= MOST_BYTES;
    }
  }
}
