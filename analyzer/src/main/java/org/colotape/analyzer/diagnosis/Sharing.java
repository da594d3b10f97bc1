package org.colotape.analyzer.diagnosis;

/**
 * Who else in the guest holds the contents of a page. Equal contents show where they come from only
 * if nobody else holds them: what many pages hold proves nothing.
 */
enum Sharing {
  /** No other page holds them. */
  ALONE("what no other page holds"),
  /** One other page holds them. */
  ANOTHER("what another page holds, too"),
  /** Two or more other pages hold them. */
  SEVERAL("what several other pages hold, too"),
  /** All bytes are the same, but not zeros: what any program fills its memory with. */
  ONE_BYTE("one byte over and over, as many pages do"),
  /** Zeros, which memory holds that nobody has written. */
  ZEROS("zeros, as many pages do");

  private final String text;

  Sharing(String text) {
    this.text = text;
  }

  /** What a page holds, in words. */
  String text() {
    return text;
  }

  /** True for contents that are nobody's in particular, however many pages hold them just now. */
  boolean isFill() {
    return this == ONE_BYTE || this == ZEROS;
  }
}
