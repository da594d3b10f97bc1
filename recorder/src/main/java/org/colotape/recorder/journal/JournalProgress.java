package org.colotape.recorder.journal;

/** Tells a reader how far a journal can be read. */
interface JournalProgress {
  /** How far it is written. */
  Extent extent();

  /** How long nothing was written, in nanoseconds; very long if nothing will be. */
  long quietNanos();

  /**
   * Waits until it is written further than that.
   *
   * @param millis longest time to wait
   */
  void await(Extent seen, long millis) throws InterruptedException;
}
