package org.colotape.replayer.replay;

import org.colotape.schema.event.Event;

/** Is told of memory that was seen from outside. Observations never change what is replayed. */
@FunctionalInterface
public interface ObservationListener {
  /** Takes no notice. */
  ObservationListener NONE = event -> {};

  /**
   * An observation comes by.
   *
   * @param event an event of kind OBSERVATION; it belongs to the state that its checkpoint ends
   *     with, unless it is one of the SVM before its flush
   */
  void observed(Event event);
}
