package org.colotape.analyzer.conformance;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A set of pages of RAM blocks: a bitmap in pieces, of which only those with pages exist. It holds
 * no more than a bounded number of pieces; what does not fit is not remembered.
 */
final class PageMarks {
  private static final int PAGES_LOG = 12;
  private static final int PAGES = 1 << PAGES_LOG;

  /** About 70 MB, enough for 512 GiB in pages of 4096 bytes that lie close together. */
  private static final int MOST_PIECES = 1 << 15;

  private final Map<String, Map<Long, long[]>> blocks = new HashMap<>();
  private int pieces;
  private boolean full;

  private String lastBlock = "";
  private long lastPiece = -1;
  private long @Nullable [] last;

  /** Forgets all pages. */
  void clear() {
    if (pieces > 0) {
      blocks.clear();
      pieces = 0;
    }
    last = null;
    lastPiece = -1;
    full = false;
  }

  /** True if some pages were not remembered. */
  boolean isFull() {
    return full;
  }

  /** Adds a page; true if it was there already. */
  boolean add(String block, long page) {
    long[] bits = piece(block, page >>> PAGES_LOG);
    if (bits == null) {
      return false;
    }
    int at = (int) (page & (PAGES - 1));
    long bit = 1L << at;
    boolean there = (bits[at >> 6] & bit) != 0;
    bits[at >> 6] |= bit;
    return there;
  }

  /** True if the page was added. */
  boolean contains(String block, long page) {
    Map<Long, long[]> ofBlock = blocks.get(block);
    long[] bits = ofBlock == null ? null : ofBlock.get(page >>> PAGES_LOG);
    int at = (int) (page & (PAGES - 1));
    return bits != null && (bits[at >> 6] & 1L << at) != 0;
  }

  /** Number of pages of a block before this one that were added. */
  long count(String block, long pages) {
    Map<Long, long[]> ofBlock = blocks.get(block);
    if (ofBlock == null) {
      return 0;
    }
    long count = 0;
    for (Map.Entry<Long, long[]> piece : ofBlock.entrySet()) {
      if (piece.getKey() << PAGES_LOG < pages) {
        count += Arrays.stream(piece.getValue()).map(Long::bitCount).sum();
      }
    }
    return count;
  }

  private long @Nullable [] piece(String block, long index) {
    if (last != null && lastPiece == index && lastBlock.equals(block)) {
      return last;
    }
    Map<Long, long[]> ofBlock = blocks.computeIfAbsent(block, name -> new HashMap<>());
    long[] bits = ofBlock.get(index);
    if (bits == null) {
      if (pieces == MOST_PIECES) {
        full = true;
        return null;
      }
      bits = new long[PAGES / Long.SIZE];
      ofBlock.put(index, bits);
      pieces++;
    }
    last = bits;
    lastPiece = index;
    lastBlock = block;
    return bits;
  }
}
