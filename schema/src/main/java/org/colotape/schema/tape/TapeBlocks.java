package org.colotape.schema.tape;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.avro.Schema;
import org.apache.avro.file.DataFileConstants;
import org.colotape.schema.check.Limits;
import org.colotape.schema.codec.EventRun;
import org.colotape.schema.codec.SchemaVersions;
import org.colotape.schema.event.Event;

/**
 * The blocks of a tape and the events in them, from the beginning or from any mark between two
 * blocks on. It reads what Avro's own reader does, and believes nothing that a block states: Avro
 * allocates what a block says that it has, and decompresses without bound.
 */
final class TapeBlocks implements AutoCloseable {
  /** Largest window of zstd that is believed, as a power of two: 8 MiB. */
  private static final int ZSTD_WINDOW_LOG = 23;

  private final BufferedFile file;
  private final TapeHead head;
  private final boolean compressed;
  private final Schema schema;
  private final EventRun events;

  /** Where the block begins whose events come. */
  private long block;

  /** Events of the block that are left. */
  private long left;

  private byte[] decompressed = new byte[1 << 16];

  private TapeBlocks(BufferedFile file) throws IOException {
    this.file = file;
    this.head = TapeHead.read(file);
    this.schema = head.schema();
    this.block = head.end();
    this.compressed = head.codec().equals(DataFileConstants.ZSTANDARD_CODEC);
    if (!compressed && !head.codec().equals(DataFileConstants.NULL_CODEC)) {
      throw new IOException("its blocks are compressed with '" + head.codec() + "'");
    }
    this.events = new EventRun(isKnown() ? schema : Event.getClassSchema());
  }

  /**
   * Opens a tape at its first block.
   *
   * @throws IOException if the file can't be read or is no Avro container
   */
  static TapeBlocks open(Path path) throws IOException {
    BufferedFile file = new BufferedFile(path);
    try {
      return new TapeBlocks(file);
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /** What leads the blocks. */
  TapeHead head() {
    return head;
  }

  /** The schema that the events were written with. */
  Schema schema() {
    return schema;
  }

  /** True if events of the tape's schema can be read. */
  boolean isKnown() {
    return SchemaVersions.of(Event.getClassSchema()).understands(schema);
  }

  /** Length of the file in bytes. */
  long length() {
    return file.length();
  }

  /** Where the block begins that the next event is in, if there is one. */
  long block() {
    return block;
  }

  /** Goes on with the block that begins there. */
  void seek(long place) {
    file.seek(place);
    block = place;
    left = 0;
  }

  /** Goes on behind the first mark that begins at that place or behind it. */
  void sync(long place) throws IOException {
    byte[] mark = head.mark().array();
    file.seek(place);
    byte[] last = new byte[mark.length];
    int filled = 0;
    while (!file.isEnd()) {
      last[filled % mark.length] = file.next();
      filled++;
      if (filled >= mark.length && isMark(last, filled % mark.length, mark)) {
        break;
      }
    }
    seek(file.tell());
  }

  private static boolean isMark(byte[] ring, int first, byte[] mark) {
    for (int i = 0; i < mark.length; i++) {
      if (ring[(first + i) % mark.length] != mark[i]) {
        return false;
      }
    }
    return true;
  }

  /** True if there is a further event. */
  boolean hasNext() throws IOException {
    while (left == 0) {
      if (file.isEnd()) {
        return false;
      }
      begin();
    }
    return true;
  }

  /**
   * The next event, which must be there.
   *
   * @throws IOException or any unchecked exception if the bytes are not what the schema says
   */
  Event next() throws IOException {
    Event event = events.next();
    left--;
    if (left == 0 && !events.isEnd()) {
      throw new IOException("a block is longer than its events");
    }
    return event;
  }

  private void begin() throws IOException {
    block = file.tell();
    long count = file.number();
    long length = file.number();
    if (count < 0 || length < 0 || length > file.length() - file.tell() - TapeHead.MARK_BYTES) {
      throw new IOException("a block states %d events in %d bytes".formatted(count, length));
    }
    if (length > Limits.MAX_TAPE_BLOCK_BYTES) {
      throw new IOException("a block is longer than any of a tape");
    }
    byte[] bytes = file.bytes((int) length);
    if (!head.mark().equals(ByteBuffer.wrap(file.bytes(TapeHead.MARK_BYTES)))) {
      throw new IOException("no mark behind a block");
    }
    events.begin(compressed ? decompress(bytes) : ByteBuffer.wrap(bytes));
    left = count;
  }

  private ByteBuffer decompress(byte[] bytes) throws IOException {
    try (ZstdInputStreamNoFinalizer in =
        new ZstdInputStreamNoFinalizer(new ByteArrayInputStream(bytes))) {
      in.setLongMax(ZSTD_WINDOW_LOG);
      int filled = 0;
      int part = in.read(decompressed, 0, decompressed.length);
      while (part > 0) {
        filled += part;
        if (filled == Limits.MAX_TAPE_BLOCK_BYTES) {
          throw new IOException("a block becomes longer than any of a tape");
        }
        if (filled == decompressed.length) {
          int more = Math.min(2 * filled, Limits.MAX_TAPE_BLOCK_BYTES);
          decompressed = Arrays.copyOf(decompressed, more);
        }
        part = in.read(decompressed, filled, decompressed.length - filled);
      }
      return ByteBuffer.wrap(decompressed, 0, filled);
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
