package org.colotape.replayer.junit;

/**
 * The checkpoint that a test runs at.
 *
 * @param tape the recording, as the test names it
 * @param number number of the checkpoint; 0 is the initial migration
 * @param complete true if the recorder saw all of it
 * @param flushed true if the cache was flushed to SVM RAM in it
 * @param firstSeq its first event; observations may stand before
 * @param lastSeq the event that ends it
 */
public record Checkpoint(
    String tape, int number, boolean complete, boolean flushed, long firstSeq, long lastSeq) {
  /** The tape and the checkpoint, in a few words. */
  @Override
  public String toString() {
    return tape + ", checkpoint " + number;
  }
}
