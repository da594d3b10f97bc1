package org.colotape.analyzer.excerpt;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.colotape.replayer.memory.GuestMemory;
import org.colotape.replayer.memory.RamBlockMemory;
import org.colotape.replayer.replay.Phase;
import org.colotape.replayer.timeline.Timeline;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.Memory;
import org.colotape.schema.event.RamBlock;
import org.colotape.schema.event.StartState;
import org.colotape.schema.layout.PageRegion;

/**
 * The state that an excerpt begins with, read from a timeline that stands at the end of the
 * checkpoint before; region by region, because it may be larger than the heap.
 */
final class StartingState {
  private final Timeline timeline;
  private final int checkpoint;
  private final PageChoice choice;
  private final Event like;
  private final List<RamBlockMemory> blocks;

  private int block;
  private int page;

  /**
   * @param timeline stands at the end of a checkpoint, with a model of the PVM
   * @param checkpoint that checkpoint
   * @param choice pages that are not chosen are left zero
   * @param like the events have its recording and time
   * @throws ColotapeException if more than the memories reaches from the checkpoint into the next
   */
  StartingState(Timeline timeline, int checkpoint, PageChoice choice, Event like) {
    this.timeline = timeline;
    this.checkpoint = checkpoint;
    this.choice = choice;
    this.like = like;
    this.blocks = timeline.svm().blocks().stream().filter(b -> choice.hasBlock(b.name())).toList();
    check();
  }

  /** What is told of it before its pages. */
  Event head() {
    boolean colo = timeline.phase() == Phase.IN_COLO;
    Event head = Events.beside(like, Kind.START_STATE, checkpoint + 1);
    head.setStartState(
        new StartState(
            checkpoint,
            timeline.settings().rules().name(),
            colo,
            blocks.isEmpty() ? 0 : blocks.getFirst().pageSize(),
            blocks.stream()
                .map(b -> new RamBlock(b.name(), b.usedLength(), 0L, -1L, -1L, -1L))
                .toList(),
            blocks.stream()
                .map(RamBlockMemory::name)
                .filter(name -> colo && timeline.cache().find(name) == null)
                .toList()));
    return head;
  }

  /**
   * Emits the pages of some more regions.
   *
   * @return false if there are none left
   */
  boolean emitMore(Consumer<Event> events) {
    if (block == blocks.size()) {
      return false;
    }
    String name = blocks.get(block).name();
    List<Held> held = new ArrayList<>();
    for (GuestMemory memory : List.of(timeline.pvm(), timeline.cache(), timeline.svm())) {
      RamBlockMemory found = memory.find(name);
      if (found != null) {
        held.add(new Held(memory.kind(), found));
      }
    }
    page = next(held, page);
    if (page < 0) {
      page = 0;
      block++;
      return true;
    }
    int pageSize = blocks.get(block).pageSize();
    int end = page + PageRegion.pagesLeft((long) page * pageSize, pageSize);
    StateRuns runs =
        new StateRuns(name, () -> Events.beside(like, Kind.START_PAGES, checkpoint + 1), events);
    for (; page >= 0 && page < end; page = next(held, page + 1)) {
      if (choice.has(name, page)) {
        runs.add(page, held);
      }
    }
    runs.flush();
    page = page < 0 ? blocks.get(block).pages() : page;
    return true;
  }

  /** A block in one of the memories. */
  record Held(Memory memory, RamBlockMemory block) {}

  private static int next(List<Held> held, int from) {
    return held.stream()
        .map(Held::block)
        .mapToInt(memory -> from < memory.pages() ? memory.nextNonZero(from) : -1)
        .filter(next -> next >= 0)
        .min()
        .orElse(-1);
  }

  private void check() {
    if (timeline.loadError() != null) {
      throw cannotBegin("the secondary's load had ended with an error before it");
    }
    if (timeline.position().reached() == null || !timeline.position().reached().complete()) {
      throw cannotBegin("the checkpoint before it is not whole");
    }
    if (blocks.stream().anyMatch(b -> !timeline.received(b.name()).isEmpty())) {
      throw cannotBegin("the checkpoint before it was not flushed");
    }
    if (!timeline.isSettled()) {
      throw cannotBegin("a compressed stream of a multifd channel goes on there");
    }
  }

  private ColotapeException cannotBegin(String why) {
    return new ColotapeException(
        "an excerpt cannot begin at checkpoint " + (checkpoint + 1) + ": " + why,
        timeline.recording().identity(),
        "choose an earlier checkpoint for --from");
  }
}
