package org.colotape.recorder.stream;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
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
  void add(ByteBuffer bytes) {
    MemorySegment piece = MemorySegment.ofBuffer(bytes);
    boolean isEmpty = piece.mismatch(NONE.asSlice(0, piece.byteSize())) == -1;
    pieces.add(isEmpty ? NONE : Arena.ofAuto().allocate(piece.byteSize()).copyFrom(piece));
  }

  /** Whether the page is there: bit k of byte n, counted from the lowest, is page 8 n + k. */
  boolean has(int page) {
    MemorySegment piece = pieces.get(page / BITS_PER_PIECE);
    int bit = page % BITS_PER_PIECE;
    return (piece.get(ValueLayout.JAVA_BYTE, bit / Byte.SIZE) >> bit % Byte.SIZE & 1) == 1;
  }
}
