package org.colotape.replayer.memory;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.BitSet;

/**
 * How parts of a rebuilt memory are saved: pieces of it as they lie there, in the machine's byte
 * order, so that saving and loading cost little more than copying.
 */
public final class SavedState {
  private SavedState() {}

  /** Writes a set of pages. */
  public static void write(DataOutput out, BitSet bits) throws IOException {
    byte[] bytes = bits.toByteArray();
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  /** Reads what {@link #write} wrote. */
  public static BitSet read(DataInput in) throws IOException {
    byte[] bytes = new byte[in.readInt()];
    in.readFully(bytes);
    return BitSet.valueOf(bytes);
  }

  static void write(DataOutput out, MemorySegment from, long offset, byte[] buffer, int length)
      throws IOException {
    MemorySegment.copy(from, ValueLayout.JAVA_BYTE, offset, buffer, 0, length);
    out.write(buffer, 0, length);
  }

  static void read(DataInput in, MemorySegment to, long offset, byte[] buffer, int length)
      throws IOException {
    in.readFully(buffer, 0, length);
    MemorySegment.copy(buffer, 0, to, ValueLayout.JAVA_BYTE, offset, length);
  }
}
