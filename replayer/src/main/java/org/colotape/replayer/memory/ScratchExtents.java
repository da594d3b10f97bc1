package org.colotape.replayer.memory;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A growing array of items of one size over scratch mappings. It grows by whole mappings, which
 * cost nothing until they are written, and never moves what is there.
 */
final class ScratchExtents {
  /** Items in a mapping, as a power of two: 1 GiB for pages of 4 KiB. */
  private static final int SHIFT = 18;

  private static final int MASK = (1 << SHIFT) - 1;
  private static final MemorySegment[] NOTHING = {};

  private final ScratchSpace scratch;
  private final String purpose;
  private final long itemBytes;
  private final List<ScratchMapping> mappings = new ArrayList<>();

  /** The mappings' memory, as an array because every page passes here. */
  private MemorySegment[] extents = NOTHING;

  private boolean closed;

  ScratchExtents(ScratchSpace scratch, String purpose, long itemBytes) {
    this.scratch = scratch;
    this.purpose = purpose;
    this.itemBytes = itemBytes;
  }

  /** Makes sure that the item is there. */
  void require(int item) {
    if (closed) {
      throw released();
    }
    while (item >>> SHIFT >= extents.length) {
      ScratchMapping mapping = scratch.map(purpose, itemBytes << SHIFT);
      mappings.add(mapping);
      extents = Arrays.copyOf(extents, extents.length + 1);
      extents[extents.length - 1] = mapping.memory();
    }
  }

  /** The mapping that an item lies in. */
  MemorySegment extent(int item) {
    if (closed) {
      throw released();
    }
    return extents[item >>> SHIFT];
  }

  /** Where in its mapping the item begins, in bytes. */
  long offset(int item) {
    return (item & MASK) * itemBytes;
  }

  /** Gives the space back; closing again does nothing. */
  void close() {
    closed = true;
    extents = NOTHING;
    mappings.forEach(ScratchMapping::close);
    mappings.clear();
  }

  private static IllegalStateException released() {
    return new IllegalStateException("the rebuilt memory was released");
  }
}
