package org.colotape.schema.codec;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.util.Utf8;

/**
 * Reads Avro's binary encoding from a buffer and hands out byte fields as slices of it. Copying a
 * page takes as long as all the rest of decoding its event. No length that the bytes state is
 * believed before it is known that as many bytes are there: nothing is allocated for a lie.
 */
final class SharingDecoder extends BinaryDecoder {
  private static final int LONGEST_LONG = 10;

  private final ByteBuffer in;
  private final boolean copies;

  /**
   * @param in read from its position on, which moves; events decoded from it keep sharing its bytes
   */
  SharingDecoder(ByteBuffer in) {
    this(in, false);
  }

  private SharingDecoder(ByteBuffer in, boolean copies) {
    this.in = in.order(ByteOrder.LITTLE_ENDIAN);
    this.copies = copies;
  }

  /** One whose byte fields have memory of their own, for events that outlive what they lie in. */
  static SharingDecoder copying(ByteBuffer in) {
    return new SharingDecoder(in, true);
  }

  @Override
  public boolean readBoolean() {
    return in.get() != 0;
  }

  @Override
  public int readInt() throws IOException {
    long value = readLong();
    if (value != (int) value) {
      throw new AvroRuntimeException("not an int: " + value);
    }
    return (int) value;
  }

  @Override
  public long readLong() throws IOException {
    long value = 0;
    for (int i = 0; i < LONGEST_LONG; i++) {
      byte next = in.get();
      value |= (next & 0x7FL) << (7 * i);
      if (next >= 0) {
        return (value >>> 1) ^ -(value & 1);
      }
    }
    throw new AvroRuntimeException("a long of more than " + LONGEST_LONG + " bytes");
  }

  @Override
  public float readFloat() {
    return in.getFloat();
  }

  @Override
  public double readDouble() {
    return in.getDouble();
  }

  @Override
  public ByteBuffer readBytes(ByteBuffer ignored) throws IOException {
    int length = length(readLong());
    if (copies) {
      byte[] copy = new byte[length];
      in.get(copy);
      return ByteBuffer.wrap(copy);
    }
    ByteBuffer slice = in.slice(in.position(), length);
    in.position(in.position() + length);
    return slice;
  }

  @Override
  public Utf8 readString(Utf8 old) throws IOException {
    int length = length(readLong());
    Utf8 text = old == null ? new Utf8() : old;
    text.setByteLength(length);
    in.get(text.getBytes(), 0, length);
    return text;
  }

  /** Number of items of an array that follow, each of which takes a byte or more. */
  @Override
  protected long doReadItemCount() throws IOException {
    return length(super.doReadItemCount());
  }

  @Override
  protected void doSkipBytes(long count) throws IOException {
    in.position(in.position() + length(count));
  }

  @Override
  protected void doReadBytes(byte[] target, int start, int count) throws IOException {
    in.get(target, start, length(count));
  }

  private int length(long stated) throws EOFException {
    if (stated < 0 || stated > in.remaining()) {
      throw new EOFException(stated + " bytes where " + in.remaining() + " are left");
    }
    return (int) stated;
  }

  @Override
  public boolean isEnd() {
    return !in.hasRemaining();
  }

  @Override
  public int remainingBytes() {
    return in.remaining();
  }
}
