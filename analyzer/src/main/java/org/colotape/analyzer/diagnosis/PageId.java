package org.colotape.analyzer.diagnosis;

/** A page of a RAM block, by its index. */
record PageId(String block, int page) implements Comparable<PageId> {
  @Override
  public int compareTo(PageId other) {
    int blocks = block.compareTo(other.block);
    return blocks != 0 ? blocks : Integer.compare(page, other.page);
  }
}
