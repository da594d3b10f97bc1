package org.colotape.analyzer.diff;

/**
 * Consecutive pages of a RAM block.
 *
 * @param from index of the first page: its offset divided by the page size
 * @param to index behind the last page
 */
public record PageRange(int from, int to) {
  /** Number of pages. */
  public int size() {
    return to - from;
  }
}
