package org.colotape.analyzer.cli.show;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.Page;
import org.colotape.schema.event.PageEncoding;
import org.jspecify.annotations.Nullable;

/**
 * Makes long runs of page events readable: more than {@value #LINES} of one block and checkpoint
 * that follow each other become one line, which says how many pages of which encodings they are.
 */
final class PageFold {
  /** The longest run that is printed event by event. */
  static final int LINES = 4;

  private final Consumer<String> lines;
  private final List<String> held = new ArrayList<>();
  private final Map<PageEncoding, Long> pages = new EnumMap<>(PageEncoding.class);
  private @Nullable Event first;
  private long lowest;
  private long end;
  private long events;
  private long lastSeq;

  /**
   * @param lines takes the lines
   */
  PageFold(Consumer<String> lines) {
    this.lines = lines;
  }

  /** Takes the next event that is to be shown. */
  void accept(Event event) {
    if (event.getKind() != Kind.PAGE) {
      flush();
      lines.accept(EventLine.of(event));
      return;
    }
    if (first != null && !continues(first, event)) {
      flush();
    }
    add(event, event.getPage());
  }

  /** Prints what is held back. */
  void flush() {
    if (first != null) {
      if (events <= LINES) {
        held.forEach(lines);
      } else {
        lines.accept(EventLine.withText(first, summary(first.getPage())));
      }
    }
    first = null;
    held.clear();
    pages.clear();
    events = 0;
  }

  private static boolean continues(Event first, Event event) {
    return first.getCheckpoint() == event.getCheckpoint()
        && first.getChannel() == event.getChannel()
        && first.getPage().getBlock().equals(event.getPage().getBlock());
  }

  private void add(Event event, Page page) {
    long behind = page.getOffset() + (long) page.getPages() * page.getPageSize();
    if (first == null) {
      first = event;
      lowest = page.getOffset();
      end = behind;
    }
    lowest = Math.min(lowest, page.getOffset());
    end = Math.max(end, behind);
    pages.merge(page.getEncoding(), (long) page.getPages(), Long::sum);
    events++;
    lastSeq = event.getSeq();
    if (events <= LINES) {
      held.add(EventLine.of(event));
    }
  }

  private String summary(Page page) {
    String counts =
        pages.entrySet().stream()
            .map(entry -> entry.getValue() + " " + entry.getKey())
            .collect(Collectors.joining(", "));
    return "%s 0x%x to 0x%x: %s pages; %d events to seq %d"
        .formatted(page.getBlock(), lowest, end - 1, counts, events, lastSeq);
  }
}
