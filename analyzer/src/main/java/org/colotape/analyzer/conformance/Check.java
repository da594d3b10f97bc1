package org.colotape.analyzer.conformance;

import org.colotape.schema.event.Event;

/** Follows the events of a recording and holds them to a few rules that belong together. */
interface Check {
  /** Looks at the next event; it has the field that its kind promises. */
  void see(Event event, Findings findings);

  /** Looks back when there are no more events. */
  default void end(Findings findings) {}
}
