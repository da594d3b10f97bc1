package org.colotape.schema.codec;

import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;

/**
 * Memory to encode into, used again and again. Writing through a buffering encoder takes half as
 * long again, and so does copying a page twice: long runs of bytes stay where they are until the
 * record is put together.
 */
final class Scratch extends OutputStream {
  private static final int LONG_RUN = 512;

  private final BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(this, null);
  private final List<Run> runs = new ArrayList<>();
  private byte[] bytes = new byte[8192];
  private int length;
  private int longBytes;

  /** Bytes of somebody else that stand before those of our own from {@code at} on. */
  private record Run(int at, ByteBuffer bytes) {}

  /** Writes here, without a buffer in between. */
  BinaryEncoder encoder() {
    return encoder;
  }

  void reset() {
    length = 0;
    longBytes = 0;
    runs.clear();
  }

  byte[] toByteArray() {
    byte[] whole = new byte[length + longBytes];
    int own = 0;
    int at = 0;
    for (Run run : runs) {
      System.arraycopy(bytes, own, whole, at, run.at - own);
      at += run.at - own;
      own = run.at;
      run.bytes.get(run.bytes.position(), whole, at, run.bytes.remaining());
      at += run.bytes.remaining();
    }
    System.arraycopy(bytes, own, whole, at, length - own);
    return whole;
  }

  @Override
  public void write(int oneByte) {
    reserve(1);
    bytes[length++] = (byte) oneByte;
  }

  /** Writes bytes, which must not change before {@link #toByteArray}. */
  @Override
  public void write(byte[] source, int start, int count) {
    if (count >= LONG_RUN) {
      runs.add(new Run(length, ByteBuffer.wrap(source, start, count)));
      longBytes = Math.addExact(longBytes, count);
      return;
    }
    reserve(count);
    System.arraycopy(source, start, bytes, length, count);
    length += count;
  }

  private void reserve(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
    }
  }
}
