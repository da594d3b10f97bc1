package org.colotape.schema.layout;

import org.colotape.schema.event.Event;
import org.colotape.schema.event.Observation;
import org.colotape.schema.event.Page;
import org.colotape.schema.event.StartPages;

/** Tells on which topic and partition an event belongs. */
public final class EventPlace {
  /** Returned by {@link #pagePartition} for events of the control topic. */
  public static final int CONTROL = -1;

  private EventPlace() {}

  /**
   * The partition of the pages topic that an event belongs to, or {@link #CONTROL}.
   *
   * @param event any event
   * @param partitions number of page partitions
   */
  public static int pagePartition(Event event, int partitions) {
    return switch (event.getKind()) {
      case PAGE -> {
        Page page = event.getPage();
        yield PageRegion.partition(
            page.getBlock(), page.getOffset(), page.getPageSize(), partitions);
      }
      case OBSERVATION -> {
        Observation seen = event.getObservation();
        yield PageRegion.partition(
            seen.getBlock(), seen.getOffset(), seen.getPageSize(), partitions);
      }
      case START_PAGES -> {
        StartPages pages = event.getStartPages();
        yield PageRegion.partition(
            pages.getBlock(), pages.getOffset(), pages.getPageSize(), partitions);
      }
      default -> CONTROL;
    };
  }
}
