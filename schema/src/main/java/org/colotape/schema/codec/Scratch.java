package org.colotape.schema.codec;

import java.io.OutputStream;
import java.util.Arrays;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;

/**
 * Memory to encode into, used again and again. Writing through a buffering encoder takes half as
 * long again.
 */
final class Scratch extends OutputStream {
  private byte[] bytes = new byte[8192];
  private int length;
  private final BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(this, null);

  /** Writes here, without a buffer in between. */
  BinaryEncoder encoder() {
    return encoder;
  }

  void reset() {
    length = 0;
  }

  byte[] toByteArray() {
    return Arrays.copyOf(bytes, length);
  }

  @Override
  public void write(int oneByte) {
    reserve(1);
    bytes[length++] = (byte) oneByte;
  }

  @Override
  public void write(byte[] source, int start, int count) {
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
