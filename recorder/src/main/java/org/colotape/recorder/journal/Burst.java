package org.colotape.recorder.journal;

import java.util.concurrent.TimeUnit;

/**
 * Tells whether the two sides are still busy with each other, by the pauses between what they send.
 * Who works behind a journal waits for the end of a burst: before that, it would take processor
 * time from a guest that is stopped, or that is being migrated.
 *
 * <p>A pause behind the secondary's bytes is one between checkpoints as soon as it is longer than
 * the two need to take turns. Behind the primary's bytes it says little: a primary also pauses
 * before the first pages, at each pass over memory, and when it waits for its own disk.
 *
 * <p>Written by one thread at a time, read by others.
 */
final class Burst {
  /** The pause behind bytes of the primary that ends a burst, in nanoseconds. */
  private static final long PRIMARYS_PAUSE = TimeUnit.MILLISECONDS.toNanos(100);

  /** The pause behind an answer of the secondary that ends a burst, in nanoseconds. */
  private static final long ANSWERS_PAUSE = TimeUnit.MILLISECONDS.toNanos(10);

  private volatile long last;
  private volatile boolean answered;

  /**
   * @param now as {@link System#nanoTime} tells it
   */
  Burst(long now) {
    last = now;
  }

  /**
   * Takes note that something passed.
   *
   * @param answer true if it came from the secondary
   * @param now as {@link System#nanoTime} tells it
   */
  void passed(boolean answer, long now) {
    last = now;
    answered = answer;
  }

  /**
   * Takes note that nothing passed, but something was seen: who looks at memory holds an answer.
   *
   * @param now as {@link System#nanoTime} tells it
   */
  void goesOn(long now) {
    last = now;
  }

  /**
   * True if nothing passed for so long that the burst is over.
   *
   * @param now as {@link System#nanoTime} tells it
   */
  boolean isOver(long now) {
    return now - last >= (answered ? ANSWERS_PAUSE : PRIMARYS_PAUSE);
  }
}
