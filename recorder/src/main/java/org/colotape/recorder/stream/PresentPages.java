package org.colotape.recorder.stream;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * The pages of a block that a mapped-ram file holds, as its bitmap says. It is as large as the part
 * of the bitmap that has come, outside of the heap, and takes no space where no bit is set.
 */
final class PresentPages {
  private static final int BITS_PER_PIECE = Wire.PIECE_BYTES * Byte.SIZE;
  private static final MemorySegment NONE = MemorySegment.ofArray(new byte[Wire.PIECE_BYTES]);

  private final List<MemorySegment> pieces = new ArrayList<>();

  void clear() {
    pieces.clear();
  }

  /**
   * Adds the next piece of the bitmap.
   *
   * @param bytes all of {@link Wire#PIECE_BYTES}, or fewer if it is the last
   */
  void add(byte[] bytes) {
    MemorySegment piece = MemorySegment.ofArray(bytes);
    if (piece.mismatch(NONE) == bytes.length || piece.mismatch(NONE) == -1) {
      pieces.add(NONE);
    } else {
      pieces.add(Arena.ofAuto().allocate(bytes.length).copyFrom(piece));
    }
  }

  /** Whether the page is there: bit k of byte n, counted from the lowest, is page 8 n + k. */
  boolean has(int page) {
    MemorySegment piece = pieces.get(page / BITS_PER_PIECE);
    int bit = page % BITS_PER_PIECE;
    return (piece.get(ValueLayout.JAVA_BYTE, bit / Byte.SIZE) >> bit % Byte.SIZE & 1) == 1;
  }
}
