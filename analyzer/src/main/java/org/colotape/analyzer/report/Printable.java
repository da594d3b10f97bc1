package org.colotape.analyzer.report;

/**
 * Texts that go to a terminal, as lines. Names and reasons in a recording may hold anything: what
 * would move the cursor, colour what follows, end the line or turn the direction of letters is
 * written out as <code>&#92;u001b</code>, which within JSON is the same character.
 */
public final class Printable {
  private static final int FIRST_PLAIN = ' ';
  private static final int BEHIND_PLAIN = 0x7f;

  private Printable() {}

  /** The text as one line that only shows. */
  public static String line(String text) {
    int plain = plainLength(text);
    if (plain == text.length()) {
      return text;
    }
    StringBuilder line = new StringBuilder(text.length() + 16).append(text, 0, plain);
    for (int at = plain; at < text.length(); ) {
      int letter = text.codePointAt(at);
      int next = at + Character.charCount(letter);
      if (isShown(letter)) {
        line.appendCodePoint(letter);
      } else {
        text.substring(at, next).chars().forEach(unit -> line.append("\\u%04x".formatted(unit)));
      }
      at = next;
    }
    return line.toString();
  }

  /** Number of ASCII letters that it begins with, or all of it. */
  private static int plainLength(String text) {
    int at = 0;
    while (at < text.length() && text.charAt(at) >= FIRST_PLAIN && text.charAt(at) < BEHIND_PLAIN) {
      at++;
    }
    return at;
  }

  private static boolean isShown(int letter) {
    return switch (Character.getType(letter)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          false;
      default -> true;
    };
  }
}
