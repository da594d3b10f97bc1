package org.colotape.recorder.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.colotape.schema.files.OwnerOnly;
import org.jspecify.annotations.Nullable;

/**
 * Reads records of one segment. It begins with 16 bytes: be32 magic {@value #MAGIC}, be32 version
 * {@value #VERSION}, be64 number of the segment.
 */
final class SegmentFile implements AutoCloseable {
  /** Length of what leads the records. */
  static final int LEAD = 16;

  private static final int MAGIC = 0x43544a53; // CTJS
  private static final int VERSION = 1;

  private final long number;
  private final FileChannel file;
  private final ByteBuffer head = ByteBuffer.allocate(RecordHead.BYTES);

  private SegmentFile(long number, FileChannel file) {
    this.number = number;
    this.file = file;
  }

  static SegmentFile open(Path path, long number) throws IOException {
    return new SegmentFile(number, FileChannel.open(path, StandardOpenOption.READ));
  }

  /** Makes a segment without records. */
  static FileChannel create(Path path, long number) throws IOException {
    OwnerOnly.newFile(path);
    return begin(path, number);
  }

  /** Makes a file that is empty, or all zeros, a segment without records. */
  static FileChannel begin(Path path, long number) throws IOException {
    FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE);
    ByteBuffer lead = lead(number);
    while (lead.hasRemaining()) {
      file.write(lead);
    }
    return file;
  }

  private static ByteBuffer lead(long number) {
    return ByteBuffer.allocate(LEAD).putInt(MAGIC).putInt(VERSION).putLong(number).flip();
  }

  long number() {
    return number;
  }

  /** True if the file begins as this segment must. */
  boolean isSegment() throws IOException {
    ByteBuffer lead = ByteBuffer.allocate(LEAD);
    return fill(lead, 0) && lead.flip().equals(lead(number));
  }

  long length() throws IOException {
    return file.size();
  }

  /** The head at a position; null if there is none. */
  @Nullable RecordHead head(long position) throws IOException {
    return fill(head.clear(), position) ? RecordHead.read(head.flip()) : null;
  }

  /** The record at a position; null if there is no whole and undamaged one. */
  @Nullable JournalRecord read(long position) throws IOException {
    RecordHead found = head(position);
    if (found == null) {
      return null;
    }
    ByteBuffer payload = ByteBuffer.allocate(found.length());
    boolean whole =
        fill(payload, position + RecordHead.BYTES)
            && RecordHead.checksum(head, payload.flip()) == found.checksum();
    return whole ? found.with(payload) : null;
  }

  private boolean fill(ByteBuffer buffer, long position) throws IOException {
    long at = position;
    while (buffer.hasRemaining()) {
      int read = file.read(buffer, at);
      if (read < 0) {
        return false;
      }
      at += read;
    }
    return true;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
