package org.colotape.recorder.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.colotape.schema.files.OwnerOnly;
import org.jspecify.annotations.Nullable;

/**
 * Segments that are prepared before a migration comes: files of zeros, whose pages are in the page
 * cache. To write over such a page costs about a third of what it costs to write a new one, which
 * has to be found, cleared and given a place on disk; and the time that it takes is taken from the
 * two VMs. Segments that are not needed any more are prepared again.
 *
 * <p>A record's head is never zero, so that what follows the last record of a prepared segment
 * can't be taken for one. Safe for threads.
 */
public final class SegmentStock implements AutoCloseable {
  /** Has no segments. */
  public static final SegmentStock NONE = new SegmentStock(null, null, 0, 0);

  /** Name of its folders, with a character that no recording's name has. */
  private static final String FOLDER = "~prepared-";

  private static final int CHUNK = 1 << 20;

  /** What is left of a disk's free space for the journal to grow into, and for others. */
  private static final int FREE_PARTS = 4;

  private final @Nullable Path folder;
  private final @Nullable FileChannel lock;
  private final long segmentBytes;
  private final int most;
  private final Queue<Path> ready = new ConcurrentLinkedQueue<>();
  private int number;
  private boolean closed;

  private SegmentStock(
      @Nullable Path folder, @Nullable FileChannel lock, long segmentBytes, int most) {
    this.folder = folder;
    this.lock = lock;
    this.segmentBytes = segmentBytes;
    this.most = most;
  }

  /**
   * Prepares segments, in a folder that no other process uses, once what killed ones left is
   * deleted.
   *
   * @param journals folder of all journals
   * @param segmentBytes length of a segment
   * @param bytes length of all together, rounded up to segments; not more than a quarter of the
   *     free space is taken
   * @throws org.colotape.schema.ColotapeException if they can't be written
   */
  public static SegmentStock prepare(Path journals, long segmentBytes, long bytes) {
    try {
      OwnerOnly.home(journals);
      deleteLeft(journals);
      long free = Files.getFileStore(journals).getUsableSpace() / FREE_PARTS;
      int count = Math.toIntExact((Math.min(bytes, free) + segmentBytes - 1) / segmentBytes);
      if (count <= 0) {
        return NONE;
      }
      SegmentStock stock = open(journals, segmentBytes, count);
      for (int i = 0; i < count; i++) {
        stock.fill(stock.next());
      }
      return stock;
    } catch (IOException e) {
      throw JournalFolder.unusable(journals, e);
    }
  }

  /**
   * Deletes what killed recorders had prepared.
   *
   * @param journals folder of all journals
   * @throws org.colotape.schema.ColotapeException if it can't be deleted
   */
  public static void deleteLeft(Path journals) {
    try {
      for (int i = 1; Files.isDirectory(journals.resolve(FOLDER + i)); i++) {
        SegmentStock left = claim(journals.resolve(FOLDER + i), 0, 0);
        if (left != null) {
          left.close();
        }
      }
    } catch (IOException e) {
      throw JournalFolder.unusable(journals, e);
    }
  }

  private static SegmentStock open(Path journals, long segmentBytes, int count) throws IOException {
    for (int i = 1; ; i++) {
      SegmentStock stock =
          claim(OwnerOnly.folder(journals.resolve(FOLDER + i)), segmentBytes, count);
      if (stock != null) {
        return stock;
      }
    }
  }

  /** Makes a folder this process's own; null if it is another's. */
  private static @Nullable SegmentStock claim(Path folder, long segmentBytes, int count)
      throws IOException {
    FileChannel lock = JournalFolder.lock(folder);
    return lock == null ? null : new SegmentStock(folder, lock, segmentBytes, count);
  }

  /**
   * Makes one of its segments the file that is to be written; it keeps its zeros. Does not wait for
   * a segment that is being prepared: bytes that pass between the VMs wait for this.
   *
   * @return false if there is none, and so no such file
   */
  boolean take(Path to) throws IOException {
    Path segment = ready.poll();
    if (segment == null) {
      return false;
    }
    Files.move(segment, to, StandardCopyOption.ATOMIC_MOVE);
    return true;
  }

  /**
   * Takes a segment that is not needed any more, and prepares it again, or deletes it: also if it
   * can't be prepared, as on a full disk.
   */
  synchronized void give(Path segment) throws IOException {
    if (closed || ready.size() >= most) {
      Files.delete(segment);
      return;
    }
    Path back = next();
    try {
      Files.move(segment, back, StandardCopyOption.ATOMIC_MOVE);
      fill(back);
    } catch (IOException e) {
      Files.deleteIfExists(segment);
      Files.deleteIfExists(back);
    }
  }

  /** Deletes the segments that are left. */
  @Override
  public synchronized void close() {
    closed = true;
    if (lock == null) {
      return;
    }
    try (lock) {
      ready.clear();
      deleteAll();
    } catch (IOException e) {
      throw JournalFolder.unusable(folder(), e);
    }
  }

  private Path next() {
    return folder().resolve(JournalFolder.segmentName(++number));
  }

  private void fill(Path segment) throws IOException {
    ByteBuffer zeros = ByteBuffer.allocateDirect(CHUNK);
    try (FileChannel file =
        OwnerOnly.open(segment, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      for (long left = segmentBytes; left > 0; ) {
        left -= file.write(zeros.clear().limit((int) Math.min(left, CHUNK)));
      }
      file.truncate(segmentBytes);
    }
    ready.add(segment);
  }

  private void deleteAll() throws IOException {
    for (long left : JournalFolder.segments(folder())) {
      Files.delete(folder().resolve(JournalFolder.segmentName(left)));
    }
  }

  private Path folder() {
    if (folder == null) {
      throw new IllegalStateException("there is no folder");
    }
    return folder;
  }
}
