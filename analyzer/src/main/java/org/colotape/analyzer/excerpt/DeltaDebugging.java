package org.colotape.analyzer.excerpt;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Finds a small part of a list that still has a property of the whole, by leaving out ever smaller
 * pieces (Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", 2002: ddmin).
 * None of the elements that are left can be left out alone, unless the tests ran out.
 *
 * @param <T> the elements
 */
final class DeltaDebugging<T> {
  private final Predicate<List<T>> shows;
  private int testsLeft;

  /**
   * @param shows whether a part has the property
   * @param mostTests how often to ask at most
   */
  DeltaDebugging(Predicate<List<T>> shows, int mostTests) {
    this.shows = shows;
    this.testsLeft = mostTests;
  }

  /** What is left of a list that has the property. */
  List<T> minimise(List<T> whole) {
    List<T> rest = whole;
    int pieces = 1;
    while (!rest.isEmpty() && testsLeft > 0) {
      List<T> smaller = withoutOneOf(rest, pieces);
      if (smaller != null) {
        rest = smaller;
        pieces = Math.clamp(pieces - 1, 1, Math.max(1, rest.size()));
      } else if (pieces < rest.size()) {
        pieces = Math.min(2 * pieces, rest.size());
      } else {
        break;
      }
    }
    return rest;
  }

  private @Nullable List<T> withoutOneOf(List<T> rest, int pieces) {
    for (int piece = 0; piece < pieces && testsLeft > 0; piece++) {
      int from = (int) ((long) rest.size() * piece / pieces);
      int to = (int) ((long) rest.size() * (piece + 1) / pieces);
      List<T> without = new ArrayList<>(rest.subList(0, from));
      without.addAll(rest.subList(to, rest.size()));
      testsLeft--;
      if (shows.test(without)) {
        return without;
      }
    }
    return null;
  }
}
