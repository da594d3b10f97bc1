package org.colotape.analyzer.diff;

/** Where the contents of a memory are known from. */
public enum Source {
  /** Read from outside at this very checkpoint. */
  OBSERVED,
  /** Some pages were read from outside at this checkpoint, the others are the model's. */
  PARTLY_OBSERVED,
  /**
   * Replayed from the stream: for the PVM what the stream last said, for cache and SVM what the
   * rule set makes of it.
   */
  MODEL
}
