package org.colotape.analyzer.cli.library;

import org.colotape.analyzer.cli.frame.Terminal;
import org.colotape.schema.event.Event;
import org.colotape.schema.log.EventSink;
import org.colotape.schema.log.EventSource;
import org.colotape.schema.log.RecordingTotals;

/**
 * Takes all events of a source to a sink.
 *
 * @param source where they come from
 * @param terminal shows how far it is
 * @param verb what goes on
 */
record Copy(EventSource source, Terminal terminal, String verb) {
  private static final int EVENTS_PER_STATUS = 1 << 14;

  /** Copies; the totals say at any time what has been copied. */
  void to(EventSink sink, RecordingTotals totals) {
    for (Event event = source.next(); event != null; event = source.next()) {
      sink.accept(event);
      totals.add(event);
      if (totals.events() % EVENTS_PER_STATUS == 0) {
        terminal.status(
            verb + " event " + totals.events() + " of " + source.recording().getEvents());
      }
    }
  }
}
