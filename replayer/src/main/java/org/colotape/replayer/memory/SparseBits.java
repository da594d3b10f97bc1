package org.colotape.replayer.memory;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A set of page numbers, as a {@link java.util.BitSet}, that takes memory for its neighbourhoods
 * only: one page at the end of a block of 8 TiB takes no quarter of a gigabyte.
 */
final class SparseBits {
  /** Numbers in a piece, as a power of two. */
  private static final int SHIFT = 12;

  private static final int WORDS = 1 << (SHIFT - 6);
  private static final int NONE = -1;

  private long[] @Nullable [] pieces = {};

  boolean get(int number) {
    int at = number >>> SHIFT;
    long[] piece = at < pieces.length ? pieces[at] : null;
    return piece != null && (piece[word(number)] & 1L << number) != 0;
  }

  void set(int number) {
    int at = number >>> SHIFT;
    if (at >= pieces.length) {
      pieces = Arrays.copyOf(pieces, Math.max(at + 1, at + (at >> 1)));
    }
    long[] piece = pieces[at];
    if (piece == null) {
      piece = new long[WORDS];
      pieces[at] = piece;
    }
    piece[word(number)] |= 1L << number;
  }

  void clear(int number) {
    int at = number >>> SHIFT;
    long[] piece = at < pieces.length ? pieces[at] : null;
    if (piece != null) {
      piece[word(number)] &= ~(1L << number);
    }
  }

  /** Removes all numbers from this one on. */
  void clearFrom(int number) {
    for (int next = next(number); next >= 0; next = next(next + 1)) {
      clear(next);
    }
  }

  /** Removes all numbers. */
  void clear() {
    pieces = new long[0][];
  }

  /** The first number from this one on, or -1. */
  int next(int from) {
    int word = word(from);
    long mask = -1L << from;
    for (int at = from >>> SHIFT; at < pieces.length; at++) {
      long[] piece = pieces[at];
      for (; piece != null && word < WORDS; word++) {
        long bits = piece[word] & mask;
        if (bits != 0) {
          return (at << SHIFT) + (word << 6) + Long.numberOfTrailingZeros(bits);
        }
        mask = -1;
      }
      word = 0;
      mask = -1;
    }
    return NONE;
  }

  void save(DataOutput out) throws IOException {
    for (int at = 0; at < pieces.length; at++) {
      long[] piece = pieces[at];
      if (piece != null) {
        out.writeInt(at);
        for (long bits : piece) {
          out.writeLong(bits);
        }
      }
    }
    out.writeInt(NONE);
  }

  /** Adds what {@link #save} wrote. */
  void load(DataInput in) throws IOException {
    for (int at = in.readInt(); at >= 0; at = in.readInt()) {
      set(at << SHIFT);
      clear(at << SHIFT);
      long[] piece = pieces[at];
      for (int word = 0; piece != null && word < WORDS; word++) {
        piece[word] |= in.readLong();
      }
    }
  }

  private static int word(int number) {
    return (number >>> 6) & (WORDS - 1);
  }
}
