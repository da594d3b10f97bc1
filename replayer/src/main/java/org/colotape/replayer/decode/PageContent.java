package org.colotape.replayer.decode;

/** What a page event writes. */
public sealed interface PageContent {
  /** Zeros. */
  record Zero() implements PageContent {}

  /**
   * One byte all over the page.
   *
   * @param value the byte
   */
  record Fill(byte value) implements PageContent {}

  /**
   * A whole page. The array is the event's or the decoder's own: it holds until the next page is
   * decoded.
   *
   * @param array holds the page
   * @param start where the page begins in it
   */
  // equality is never asked for, and the array is not copied because every page would pay for it
  @SuppressWarnings("ArrayRecordComponent")
  record Bytes(byte[] array, int start) implements PageContent {}
}
