package org.colotape.recorder.feed;

import com.github.luben.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.colotape.schema.ColotapeException;

/**
 * A file with captured bytes: plain, or compressed with zstd or gzip, which its first bytes tell.
 *
 * @param path where it is
 */
public record CapturedFile(Path path) {
  private static final int BUFFER = 1 << 16;
  private static final int ZSTD_MAGIC = 0x28b5_2ffd;
  private static final int GZIP_MAGIC = 0x1f8b;

  /** Largest window of a zstd file, as a power of two: what {@code zstd --long=31} makes. */
  private static final int ZSTD_WINDOW = 31;

  /**
   * Opens the file for reading its uncompressed bytes.
   *
   * @throws ColotapeException if it does not exist or can't be read
   */
  @SuppressWarnings("resource") // the stream that is returned closes the others
  public InputStream open() {
    try {
      InputStream file = new BufferedInputStream(Files.newInputStream(path), BUFFER);
      file.mark(Integer.BYTES);
      int head = head(file);
      file.reset();
      if (head == ZSTD_MAGIC) {
        return new ZstdInputStream(file).setLongMax(ZSTD_WINDOW);
      }
      return head >>> Short.SIZE == GZIP_MAGIC ? new GZIPInputStream(file, BUFFER) : file;
    } catch (NoSuchFileException e) {
      throw new ColotapeException("no such file", path.toString(), "check the path", e);
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  /** The failure to read this file. */
  public ColotapeException unreadable(IOException cause) {
    return new ColotapeException(
        "cannot read: " + cause.getMessage(),
        path.toString(),
        "check that it is a whole file and that you may read it",
        cause);
  }

  private static int head(InputStream file) throws IOException {
    byte[] head = file.readNBytes(Integer.BYTES);
    int value = 0;
    for (int i = 0; i < Integer.BYTES; i++) {
      value = value << Byte.SIZE | (i < head.length ? head[i] & 0xff : 0);
    }
    return value;
  }
}
