package org.colotape.replayer.memory;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.BitSet;
import org.colotape.schema.ColotapeException;
import org.jspecify.annotations.Nullable;

/**
 * Which version each page of a block is: 4 bytes a page in a sparse mapping, which is made with the
 * first page that is written, so that large empty blocks cost nothing, however many they are.
 */
final class PageTable {
  /** Entries on one page of the mapping: where none was set, the mapping is not even read. */
  private static final int STRETCH = 1024;

  private final String block;
  private final int pages;
  private final ScratchSpace scratch;

  /** Null until there is an entry. */
  private @Nullable ScratchMapping mapping;

  private MemorySegment memory = MemorySegment.NULL;

  private final BitSet stretches = new BitSet();

  PageTable(String block, int pages, ScratchSpace scratch) {
    this.block = block;
    this.pages = pages;
    this.scratch = scratch;
  }

  int pages() {
    return pages;
  }

  int get(int page) {
    return stretches.get(page / STRETCH) ? entries().getAtIndex(JAVA_INT, page) : 0;
  }

  /**
   * Says which version a page is.
   *
   * @throws ColotapeException if it is the first, and there is no space
   */
  void set(int page, int version) {
    if (mapping == null) {
      map();
    }
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
      if (mapping == null) {
        map();
      }
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
    if (mapping != null) {
      mapping.close();
    }
  }

  private void map() {
    ScratchMapping made = scratch.map("RAM block " + block, (long) pages * Integer.BYTES);
    mapping = made;
    memory = made.memory();
  }

  private MemorySegment entries() {
    return memory;
  }
}
