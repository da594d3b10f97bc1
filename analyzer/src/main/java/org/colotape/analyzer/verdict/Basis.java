package org.colotape.analyzer.verdict;

/** What a verdict rests on. */
public enum Basis {
  /** Memory was observed at a checkpoint. */
  OBSERVED,
  /** No memory was observed, but the secondary told that it has loaded what it was sent. */
  CONFIRMED,
  /** The stream alone: it is consistent in itself, and there is nothing to compare it with. */
  STREAM
}
