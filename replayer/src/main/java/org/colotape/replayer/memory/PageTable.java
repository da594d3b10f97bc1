package org.colotape.replayer.memory;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.util.BitSet;

/**
 * Which version each page of a block is: 4 bytes a page in a sparse mapping, so that large empty
 * blocks cost nothing.
 */
final class PageTable {
  /** Entries on one page of the mapping: where none was set, the mapping is not even read. */
  private static final int STRETCH = 1024;

  private final int pages;
  private final ScratchMapping mapping;
  private final BitSet stretches = new BitSet();

  PageTable(String block, int pages, ScratchSpace scratch) {
    this.pages = pages;
    this.mapping = scratch.map("RAM block " + block, (long) pages * Integer.BYTES);
  }

  int pages() {
    return pages;
  }

  int get(int page) {
    return stretches.get(page / STRETCH) ? entries().getAtIndex(JAVA_INT, page) : 0;
  }

  void set(int page, int version) {
    stretches.set(page / STRETCH);
    entries().setAtIndex(JAVA_INT, page, version);
  }

  /** First page from {@code from} on that has a version, or -1. */
  int next(int from) {
    int page = from;
    while (page < pages) {
      int stretch = stretches.nextSetBit(page / STRETCH);
      if (stretch < 0) {
        return -1;
      }
      page = Math.max(page, stretch * STRETCH);
      int end = Math.min(pages, (stretch + 1) * STRETCH);
      for (; page < end; page++) {
        if (entries().getAtIndex(JAVA_INT, page) != 0) {
          return page;
        }
      }
    }
    return -1;
  }

  void close() {
    mapping.close();
  }

  private MemorySegment entries() {
    return mapping.memory();
  }
}
