package org.colotape.recorder.feed;

import org.colotape.schema.event.ColoMessageType;

/**
 * Is shown the secondary's COLO answers before they are passed on, and holds each back until it
 * returns. Nothing that the primary sends is ever held back: a secondary that waits for the rest of
 * a checkpoint can't be asked for anything.
 */
public interface AnswerHold {
  /** Holds nothing back. */
  AnswerHold NONE = message -> {};

  /** Returns when the message may go on. It is in the journal. */
  void held(ColoMessageType message);

  /** No more answers come; the journal is still open. May be said again. */
  default void over() {}
}
