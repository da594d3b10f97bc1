package org.colotape.recorder.stream;

/**
 * Thrown inside a parser where the bytes at its cursor are not what the format allows; never leaves
 * the package.
 */
final class Unparseable extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * @param reason what is wrong and what was expected, in one line
   */
  Unparseable(String reason) {
    super(reason, null, false, false);
  }

  String reason() {
    return String.valueOf(getMessage());
  }
}
