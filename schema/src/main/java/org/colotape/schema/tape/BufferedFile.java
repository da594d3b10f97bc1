package org.colotape.schema.tape;

import java.io.File;
import java.io.IOException;
import org.apache.avro.file.SeekableFileInput;
import org.apache.avro.file.SeekableInput;

/**
 * A file for Avro to read. Avro looks for the beginning of a block byte by byte, and each would be
 * a system call.
 */
final class BufferedFile implements SeekableInput {
  private final SeekableFileInput file;
  private final byte[] buffer = new byte[1 << 16];

  /** Place in the file of the buffer's first byte. */
  private long start;

  private int length;

  /** Place in the buffer of the next byte to give. */
  private int next;

  BufferedFile(File file) throws IOException {
    this.file = new SeekableFileInput(file);
  }

  @Override
  public void seek(long place) throws IOException {
    if (place >= start && place <= start + length) {
      next = (int) (place - start);
    } else {
      file.seek(place);
      start = place;
      length = 0;
      next = 0;
    }
  }

  @Override
  public long tell() {
    return start + next;
  }

  @Override
  public long length() throws IOException {
    return file.length();
  }

  @Override
  public int read(byte[] target, int from, int wanted) throws IOException {
    if (wanted == 0) {
      return 0;
    }
    if (next == length) {
      start += length;
      next = 0;
      length = Math.max(0, file.read(buffer, 0, buffer.length));
      if (length == 0) {
        return -1;
      }
    }
    int part = Math.min(wanted, length - next);
    System.arraycopy(buffer, next, target, from, part);
    next += part;
    return part;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
