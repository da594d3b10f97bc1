package org.colotape.recorder.simulation;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes on their way to the wire: all integers are big-endian there. */
final class WireBytes {
  private byte[] bytes = new byte[1 << 16];
  private int length;

  WireBytes u8(int value) {
    room(1)[length++] = (byte) value;
    return this;
  }

  WireBytes be16(int value) {
    return u8(value >>> Byte.SIZE).u8(value);
  }

  WireBytes be32(long value) {
    return be16((int) (value >>> Short.SIZE)).be16((int) value);
  }

  WireBytes be64(long value) {
    return be32(value >>> Integer.SIZE).be32(value);
  }

  WireBytes bytes(byte[] more) {
    System.arraycopy(more, 0, room(more.length), length, more.length);
    length += more.length;
    return this;
  }

  WireBytes bytes(MemorySegment more) {
    int count = (int) more.byteSize();
    MemorySegment.copy(more, 0, MemorySegment.ofArray(room(count)), length, count);
    length += count;
    return this;
  }

  /** A text behind its length in one byte. */
  WireBytes name(String text) {
    byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
    return u8(encoded.length).bytes(encoded);
  }

  WireBytes zeros(int count) {
    return bytes(new byte[count]);
  }

  int length() {
    return length;
  }

  /** All bytes; it is empty then. */
  byte[] take() {
    byte[] taken = Arrays.copyOf(bytes, length);
    length = 0;
    return taken;
  }

  /** All bytes, for reading at once; it is empty then. */
  ByteBuffer drain() {
    ByteBuffer all = ByteBuffer.wrap(bytes, 0, length);
    length = 0;
    return all;
  }

  private byte[] room(int count) {
    if (length + count > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(length + count, 2 * bytes.length));
    }
    return bytes;
  }
}
