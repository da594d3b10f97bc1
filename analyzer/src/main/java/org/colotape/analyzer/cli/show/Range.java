package org.colotape.analyzer.cli.show;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.colotape.schema.ColotapeException;

/**
 * Numbers from one to another, both included.
 *
 * @param first the smallest, at least 0
 * @param last the greatest
 */
public record Range(long first, long last) {
  /** How a range is written on the command line. */
  public static final String SYNTAX = "A[..B]";

  private static final Pattern FORM =
      Pattern.compile("(?<first>\\d+|0[xX][0-9a-fA-F]+)(\\.\\.(?<last>\\d+|0[xX][0-9a-fA-F]+))?");

  /**
   * Reads {@link #SYNTAX}, decimal or hexadecimal with {@code 0x}.
   *
   * @throws ColotapeException if the text has another form, or the range is empty
   */
  public static Range parse(String text) {
    Matcher form = FORM.matcher(text);
    if (form.matches()) {
      try {
        long first = number(form.group("first"));
        String last = form.group("last");
        Range range = new Range(first, last == null ? first : number(last));
        if (range.first <= range.last) {
          return range;
        }
      } catch (NumberFormatException e) {
        // too large, and refused below
      }
    }
    throw new ColotapeException(
        "not a range", text, "write A or A..B with A up to B, decimal or hexadecimal with 0x");
  }

  private static long number(String text) {
    return text.startsWith("0x") || text.startsWith("0X")
        ? Long.parseLong(text.substring(2), 16)
        : Long.parseLong(text);
  }

  /** True if the number is one of these. */
  public boolean contains(long number) {
    return first <= number && number <= last;
  }

  /** True if any number from {@code from} up to and without {@code to} is one of these. */
  public boolean overlaps(long from, long to) {
    return from <= last && first < to;
  }
}
