package org.colotape.recorder.stream;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.colotape.schema.ColotapeException;
import org.jspecify.annotations.Nullable;

/**
 * The pages of a block that a mapped-ram file holds, as its bitmap says. A bitmap of more than one
 * piece goes to a temporary file, which is mapped when it is whole: what can be read must not
 * depend on the heap, nor the heap on what the block's entry states.
 */
final class PresentPages {
  private MemorySegment bitmap = MemorySegment.NULL;
  private long length;
  private @Nullable FileChannel file;

  /** Begins with the bitmap of another block, of so many bytes. */
  void begin(long bytes) {
    close();
    length = bytes;
    bitmap = MemorySegment.NULL;
  }

  /** Adds the next piece of the bitmap. */
  void add(ByteBuffer bytes) {
    if (bytes.remaining() == length) {
      bitmap =
          MemorySegment.ofArray(new byte[(int) length]).copyFrom(MemorySegment.ofBuffer(bytes));
      return;
    }
    try {
      FileChannel target = file == null ? open() : file;
      file = target;
      ByteBuffer piece = bytes.duplicate();
      while (piece.hasRemaining()) {
        target.write(piece);
      }
      if (target.position() == length) {
        bitmap = target.map(FileChannel.MapMode.READ_ONLY, 0, length, Arena.ofAuto());
        close();
      }
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /** Whether the page is there: bit k of byte n, counted from the lowest, is page 8 n + k. */
  boolean has(int page) {
    return (bitmap.get(ValueLayout.JAVA_BYTE, page / Byte.SIZE) >> page % Byte.SIZE & 1) == 1;
  }

  private void close() {
    try {
      if (file != null) {
        file.close();
        file = null;
      }
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /** A file that nobody else sees, and that is gone when it is closed and no longer mapped. */
  private static FileChannel open() throws IOException {
    Path path = Files.createTempFile("colotape-", ".bitmap");
    return FileChannel.open(
        path,
        StandardOpenOption.READ,
        StandardOpenOption.WRITE,
        StandardOpenOption.DELETE_ON_CLOSE);
  }

  private static ColotapeException failed(IOException cause) {
    return new ColotapeException(
        "cannot keep the bitmap of a mapped-ram file: " + cause.getMessage(),
        System.getProperty("java.io.tmpdir", ""),
        "free some space there",
        cause);
  }
}
