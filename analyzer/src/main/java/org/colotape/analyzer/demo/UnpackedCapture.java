package org.colotape.analyzer.demo;

import com.github.luben.zstd.ZstdInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.colotape.recorder.feed.CapturedFile;
import org.colotape.recorder.feed.FileFeed;
import org.colotape.recorder.observe.MemoryImage;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.event.Memory;
import org.colotape.schema.files.OwnerOnly;
import org.jspecify.annotations.Nullable;

/**
 * A bundled capture as files, as they would lie there if the user had taken it.
 *
 * @param feed the streams
 * @param images of memory at some checkpoints
 */
record UnpackedCapture(FileFeed feed, List<MemoryImage> images) {
  private static final int CHUNK = 1 << 16;
  private static final byte[] ZEROS = new byte[CHUNK];

  /**
   * Unpacks a capture.
   *
   * @param folder where to; it is made if it does not exist
   * @throws ColotapeException if there is no space
   */
  static UnpackedCapture into(Path folder, BundledCapture capture) {
    @Nullable CapturedFile stream = null;
    @Nullable CapturedFile returnPath = null;
    List<MemoryImage> images = new ArrayList<>();
    try (InputStream in = new ZstdInputStream(capture.open())) {
      OwnerOnly.folder(folder);
      for (BundledCapture.Piece piece : capture.pieces()) {
        CapturedFile file = new CapturedFile(folder.resolve(piece.fileName()));
        write(in, piece.bytes(), file.path());
        switch (piece.role()) {
          case STREAM -> stream = file;
          case RETURN_PATH -> returnPath = file;
          case PVM_RAM -> images.add(image(Memory.PVM, piece, file));
          case CACHE_RAM -> images.add(image(Memory.CACHE, piece, file));
          case SVM_RAM -> images.add(image(Memory.SVM, piece, file));
        }
      }
    } catch (IOException e) {
      throw new ColotapeException(
          "cannot unpack the bundled capture: " + e.getMessage(),
          folder.toString(),
          "free 300 MB there, or give another --home",
          e);
    }
    if (stream == null) {
      throw new IllegalStateException("capture " + capture.name() + " has no stream");
    }
    return new UnpackedCapture(new FileFeed(stream, returnPath, List.of()), images);
  }

  private static MemoryImage image(Memory memory, BundledCapture.Piece piece, CapturedFile file) {
    return new MemoryImage(memory, piece.checkpoint(), piece.block(), file);
  }

  /** Copies the next bytes into a file; zeros become holes. */
  private static void write(InputStream in, long length, Path path) throws IOException {
    byte[] chunk = new byte[CHUNK];
    try (RandomAccessFile file = new RandomAccessFile(OwnerOnly.afresh(path).toFile(), "rw")) {
      file.setLength(length);
      for (long at = 0; at < length; at += chunk.length) {
        int wanted = (int) Math.min(chunk.length, length - at);
        if (in.readNBytes(chunk, 0, wanted) < wanted) {
          throw new EOFException(path.getFileName() + " is cut");
        }
        if (!Arrays.equals(chunk, 0, wanted, ZEROS, 0, wanted)) {
          file.seek(at);
          file.write(chunk, 0, wanted);
        }
      }
    }
  }
}
