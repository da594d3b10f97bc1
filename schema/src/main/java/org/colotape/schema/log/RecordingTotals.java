package org.colotape.schema.log;

import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.Recording;
import org.colotape.schema.event.RecordingState;

/** Counts what a recording holds while its events go by. */
public final class RecordingTotals {
  private long events;
  private long pages;
  private long wireBytes;
  private int lastCheckpoint = -1;

  /** Counts one event. */
  public void add(Event event) {
    events++;
    wireBytes += StreamBytes.length(event);
    if (event.getKind() == Kind.PAGE) {
      pages += event.getPage().getPages();
    } else if (event.getKind() == Kind.CHECKPOINT_SEALED && event.getSeal().getComplete()) {
      lastCheckpoint = event.getCheckpoint();
    }
  }

  /** Number of events so far. */
  public long events() {
    return events;
  }

  /** Number of pages so far, each page of a zero run counted. */
  public long pages() {
    return pages;
  }

  /** Number of captured bytes so far. */
  public long wireBytes() {
    return wireBytes;
  }

  /** The last checkpoint that was sealed as complete, or -1. */
  public int lastCheckpoint() {
    return lastCheckpoint;
  }

  /** A catalogue entry with these totals and the given state. */
  public Recording describe(Recording opened, RecordingState state, String note) {
    return Recording.newBuilder(opened)
        .setState(state)
        .setEvents(events)
        .setPages(pages)
        .setWireBytes(wireBytes)
        .setLastCheckpoint(lastCheckpoint)
        .setNote(note)
        .build();
  }
}
