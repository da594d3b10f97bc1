package org.colotape.recorder.journal;

import java.util.concurrent.TimeUnit;

/**
 * Tells whether the two sides are still busy with each other, by the pauses between what they send.
 * Who works behind a journal waits for the end of a burst: before that, it would take processor
 * time from a guest that is stopped, or that is being migrated.
 *
 * <p>A pause behind the secondary's bytes is one between checkpoints as soon as it is longer than
 * the two need to take turns. A primary may also have to wait for its own disk in the middle of
 * what it sends, and the longer it has been sending, the longer pauses say nothing.
 *
 * <p>Written by one thread at a time, read by others.
 */
final class Burst {
  /** No burst goes on over a pause of that length, in nanoseconds. */
  static final long LONGEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(100);

  /** A pause of less than that ends no burst, in nanoseconds. */
  static final long SHORTEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(10);

  /** A pause of this part of the burst ends it. */
  private static final int PART = 20;

  private volatile long began;
  private volatile long last;
  private volatile boolean answered;

  /**
   * @param now as {@link System#nanoTime} tells it
   */
  Burst(long now) {
    began = now;
    last = now;
  }

  /**
   * Takes note that something passed.
   *
   * @param answer true if it came from the secondary
   * @param now as {@link System#nanoTime} tells it
   */
  void passed(boolean answer, long now) {
    if (isOver(now)) {
      began = now;
    }
    last = now;
    answered = answer;
  }

  /**
   * True if nothing passed for so long that the burst is over.
   *
   * @param now as {@link System#nanoTime} tells it
   */
  boolean isOver(long now) {
    long part = answered ? 0 : (last - began) / PART;
    return now - last >= Math.clamp(part, SHORTEST_PAUSE, LONGEST_PAUSE);
  }
}
