package org.colotape.schema.tape;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * A file to be read in small pieces, each of which would be a system call. No more is allocated for
 * what it holds than it holds.
 */
final class BufferedFile implements AutoCloseable {
  private static final int LONGEST_NUMBER = 10;

  private final FileChannel file;
  private final long length;
  private final ByteBuffer buffer = ByteBuffer.allocate(1 << 16).limit(0);

  /** Place in the file of the buffer's first byte. */
  private long start;

  BufferedFile(Path path) throws IOException {
    file = FileChannel.open(path);
    length = file.size();
  }

  /** Length of the file when it was opened, in bytes. */
  long length() {
    return length;
  }

  /** Goes on at that place. */
  void seek(long place) {
    if (place >= start && place <= start + buffer.limit()) {
      buffer.position((int) (place - start));
    } else {
      start = place;
      buffer.limit(0);
    }
  }

  /** Place of the next byte. */
  long tell() {
    return start + buffer.position();
  }

  /** True if there is no further byte. */
  boolean isEnd() throws IOException {
    return !buffer.hasRemaining() && !fill();
  }

  /** The next byte; there must be one. */
  byte next() throws IOException {
    if (isEnd()) {
      throw new EOFException("the file ends");
    }
    return buffer.get();
  }

  /** The next bytes. */
  byte[] bytes(int count) throws IOException {
    if (count > length - tell()) {
      throw new EOFException(count + " bytes where " + (length - tell()) + " are left");
    }
    byte[] bytes = new byte[count];
    for (int filled = 0; filled < count; ) {
      if (isEnd()) {
        throw new EOFException("the file became shorter");
      }
      int part = Math.min(buffer.remaining(), count - filled);
      buffer.get(bytes, filled, part);
      filled += part;
    }
    return bytes;
  }

  /** The next number, as Avro encodes a long. */
  long number() throws IOException {
    long value = 0;
    for (int i = 0; i < LONGEST_NUMBER; i++) {
      byte next = next();
      value |= (next & 0x7FL) << (7 * i);
      if (next >= 0) {
        return (value >>> 1) ^ -(value & 1);
      }
    }
    throw new IOException("a number of more than " + LONGEST_NUMBER + " bytes");
  }

  private boolean fill() throws IOException {
    start += buffer.limit();
    buffer.clear();
    int read = file.read(buffer, start);
    buffer.flip();
    return read > 0;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
