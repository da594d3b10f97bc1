package org.colotape.analyzer.history;

import java.util.OptionalLong;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import org.colotape.replayer.timeline.Timeline;

/**
 * Finds the first event behind which something holds, if it holds from some event on: it looks at
 * as many places as the logarithm of the number of events.
 *
 * @param timeline goes to the places
 * @param holds looks at the memories there
 * @param progress is told the event that it goes to
 */
public record Bisection(Timeline timeline, Predicate<Timeline> holds, LongConsumer progress) {
  /**
   * Searches.
   *
   * @param from an event behind which it is taken not to hold; -1 for the beginning
   * @param to the event to search up to
   * @return the event, or empty if it does not hold behind {@code to}
   */
  public OptionalLong first(long from, long to) {
    if (!holdsBehind(to)) {
      return OptionalLong.empty();
    }
    long not = from;
    long does = to;
    while (does - not > 1) {
      long middle = not + (does - not) / 2;
      if (holdsBehind(middle)) {
        does = middle;
      } else {
        not = middle;
      }
    }
    return OptionalLong.of(does);
  }

  private boolean holdsBehind(long event) {
    progress.accept(event);
    timeline.toEvent(event);
    return holds.test(timeline);
  }
}
