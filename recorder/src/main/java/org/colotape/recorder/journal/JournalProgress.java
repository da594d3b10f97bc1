package org.colotape.recorder.journal;

/** Tells a reader how far a journal can be read. */
interface JournalProgress {
  /** How far it is written. */
  Extent extent();

  /** True while a burst of what is written goes on (see {@link Burst}). */
  boolean isBusy();

  /**
   * Waits until it is written further than that.
   *
   * @param millis longest time to wait
   */
  void await(Extent seen, long millis) throws InterruptedException;
}
