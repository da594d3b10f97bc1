package org.colotape.analyzer.qualification;

import org.colotape.schema.event.Event;
import org.colotape.schema.log.EventSink;
import org.colotape.schema.log.RecordingTotals;

/**
 * Counts events, and keeps none.
 *
 * @param totals what it counted
 */
record CountingSink(RecordingTotals totals) implements EventSink {
  @Override
  public void accept(Event event) {
    totals.add(event);
  }

  @Override
  public void seal() {
    // there is nothing to wait for
  }

  @Override
  public void close() {
    // it holds nothing
  }
}
