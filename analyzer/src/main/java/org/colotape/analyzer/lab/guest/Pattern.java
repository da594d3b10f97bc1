package org.colotape.analyzer.lab.guest;

import java.util.Arrays;
import java.util.Locale;
import org.colotape.schema.ColotapeException;

/** How a guest dirties its range. */
public enum Pattern {
  /** One page after the other, a word in each. */
  SEQUENTIAL,
  /** Pages by chance, a word in each. */
  RANDOM,
  /** By chance, but seven writes of eight go to the first eighth of the range. */
  HOT,
  /** One page after the other, zeroed in one pass and filled in the next. */
  ZEROING,
  /** One page after the other, filled with another value each time. */
  REWRITE,
  /** Nothing at all: the guest halts. */
  IDLE;

  /** All patterns, for a command line. */
  public static final String SYNTAX = "sequential|random|hot|zeroing|rewrite|idle";

  /**
   * Reads {@link #SYNTAX}.
   *
   * @throws ColotapeException if there is no such pattern
   */
  public static Pattern named(String name) {
    return Arrays.stream(values())
        .filter(pattern -> pattern.toString().equals(name))
        .findFirst()
        .orElseThrow(() -> new ColotapeException("no such pattern", name, "take one of " + SYNTAX));
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
