package org.colotape.replayer.memory;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
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

  void save(DataOutput out) throws IOException {
    byte[] buffer = new byte[STRETCH * Integer.BYTES];
    for (int at = stretches.nextSetBit(0); at >= 0; at = stretches.nextSetBit(at + 1)) {
      out.writeInt(at);
      SavedState.write(out, entries(), start(at), buffer, length(at));
    }
    out.writeInt(-1);
  }

  void load(DataInput in) throws IOException {
    byte[] buffer = new byte[STRETCH * Integer.BYTES];
    for (int at = in.readInt(); at >= 0; at = in.readInt()) {
      stretches.set(at);
      SavedState.read(in, entries(), start(at), buffer, length(at));
    }
  }

  private static long start(int stretch) {
    return (long) stretch * STRETCH * Integer.BYTES;
  }

  /** Length of the entries of a stretch, in bytes. */
  private int length(int stretch) {
    return Math.min(STRETCH, pages - stretch * STRETCH) * Integer.BYTES;
  }

  void close() {
    mapping.close();
  }

  private MemorySegment entries() {
    return mapping.memory();
  }
}
