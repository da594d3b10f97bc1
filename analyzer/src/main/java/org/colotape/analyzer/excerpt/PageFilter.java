package org.colotape.analyzer.excerpt;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.colotape.schema.digest.PageDigest;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Observation;
import org.colotape.schema.event.ObservedPage;
import org.colotape.schema.event.Page;
import org.colotape.schema.event.StartPages;

/**
 * Leaves out what events hold of pages that are not chosen. One event with a run of pages may
 * become several with shorter runs, or none.
 */
record PageFilter(PageChoice choice) {
  /** What is left of an event. */
  List<Event> left(Event event) {
    return switch (event.getKind()) {
      case PAGE -> {
        Page page = event.getPage();
        yield parts(
            event,
            page.getBlock(),
            page.getOffset(),
            page.getPageSize(),
            page.getPages(),
            this::page);
      }
      case OBSERVATION -> {
        Observation seen = event.getObservation();
        int pages = seen.getDigests().remaining() / PageDigest.BYTES;
        yield parts(
            event, seen.getBlock(), seen.getOffset(), seen.getPageSize(), pages, this::observation);
      }
      case START_PAGES -> {
        StartPages state = event.getStartPages();
        int pages = state.getContents().remaining() / state.getPageSize();
        yield parts(
            event, state.getBlock(), state.getOffset(), state.getPageSize(), pages, this::start);
      }
      default -> List.of(event);
    };
  }

  /** A run of pages of an event: the first one's index in it, and how many they are. */
  private record Run(int first, int pages) {}

  private List<Event> parts(
      Event event,
      String block,
      long offset,
      int pageSize,
      int pages,
      BiFunction<Event, Run, Event> part) {
    long page = offset / pageSize;
    List<Event> parts = new ArrayList<>();
    for (int first = 0; first < pages; ) {
      int alike = choice.alike(block, page + first, pages - first);
      if (choice.has(block, page + first)) {
        parts.add(alike == pages ? event : part.apply(event, new Run(first, alike)));
      }
      first += alike;
    }
    return parts;
  }

  /** A part of a run of zero pages; the words that announced it are not its own. */
  private Event page(Event event, Run run) {
    Page part = Page.newBuilder(event.getPage()).build();
    part.setOffset(part.getOffset() + (long) run.first() * part.getPageSize());
    part.setPages(run.pages());
    part.setDataStart(0);
    Event left = Events.copyOf(event);
    left.setPage(part);
    left.setWire(ByteBuffer.allocate(0));
    return left;
  }

  private Event observation(Event event, Run run) {
    Observation seen = event.getObservation();
    long from = seen.getOffset() + (long) run.first() * seen.getPageSize();
    long to = from + (long) run.pages() * seen.getPageSize();
    List<ObservedPage> differing =
        seen.getDiffering().stream()
            .filter(page -> page.getOffset() >= from && page.getOffset() < to)
            .toList();
    Event left = Events.copyOf(event);
    left.setObservation(
        new Observation(
            seen.getMemory(),
            seen.getBlock(),
            from,
            seen.getPageSize(),
            slice(seen.getDigests(), run, PageDigest.BYTES),
            differing));
    return left;
  }

  private Event start(Event event, Run run) {
    StartPages pages = event.getStartPages();
    Event left = Events.copyOf(event);
    left.setStartPages(
        new StartPages(
            pages.getMemories(),
            pages.getBlock(),
            pages.getOffset() + (long) run.first() * pages.getPageSize(),
            pages.getPageSize(),
            slice(pages.getContents(), run, pages.getPageSize())));
    return left;
  }

  private static ByteBuffer slice(ByteBuffer bytes, Run run, int each) {
    return bytes.slice(bytes.position() + run.first() * each, run.pages() * each);
  }
}
