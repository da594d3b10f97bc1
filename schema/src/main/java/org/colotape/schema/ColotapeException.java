package org.colotape.schema;

import org.jspecify.annotations.Nullable;

/**
 * A failure that the user can act on. Its message is one line that says what went wrong, where, and
 * what to do; the command line prints just that line.
 */
public final class ColotapeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param what what went wrong, for example {@code "recording name is taken"}
   * @param where the place: a file, a topic, a stream offset; empty if there is none
   * @param remedy what the user can do about it
   */
  public ColotapeException(String what, String where, String remedy) {
    this(what, where, remedy, null);
  }

  /** As {@link #ColotapeException(String, String, String)}, with the failure that caused it. */
  public ColotapeException(String what, String where, String remedy, @Nullable Throwable cause) {
    super(line(what, where, remedy), cause);
  }

  private static String line(String what, String where, String remedy) {
    String place = where.isEmpty() ? "" : " (" + where + ")";
    return (what + place + ": " + remedy).replace('\n', ' ');
  }
}
