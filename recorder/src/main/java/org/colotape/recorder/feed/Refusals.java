package org.colotape.recorder.feed;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.colotape.schema.ColotapeException;

/**
 * Tells of connections that are not let in, one line each, and no flood of lines: of many in a
 * short time some are told, and then how many more there were. Used by one thread at a time.
 */
final class Refusals {
  /** Most lines at once. */
  static final int MOST_AT_ONCE = 20;

  private static final long NANOS_PER_LINE = Duration.ofSeconds(1).toNanos();

  private final Consumer<ColotapeException> told;
  private final LongSupplier clock;
  private long mayTell = MOST_AT_ONCE;
  private long since;
  private long untold;

  /**
   * @param told takes each line
   * @param clock a time in nanoseconds that only runs forward
   */
  Refusals(Consumer<ColotapeException> told, LongSupplier clock) {
    this.told = told;
    this.clock = clock;
    this.since = clock.getAsLong();
  }

  /** Takes note of one, and tells it unless there are too many. */
  void refused(ColotapeException why) {
    long earned = (clock.getAsLong() - since) / NANOS_PER_LINE;
    since += earned * NANOS_PER_LINE;
    mayTell = Math.min(mayTell + earned, MOST_AT_ONCE);
    if (mayTell == 0) {
      untold++;
      return;
    }
    mayTell--;
    tellRest();
    told.accept(why);
  }

  /** Tells how many were not told. */
  void tellRest() {
    if (untold > 0) {
      long number = untold;
      untold = 0;
      told.accept(
          new ColotapeException(
              "connections refused, too many to tell each: " + number,
              "",
              "connect only QEMU to the tap"));
    }
  }
}
