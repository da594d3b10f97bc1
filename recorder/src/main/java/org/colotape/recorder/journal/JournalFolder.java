package org.colotape.recorder.journal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.files.OwnerOnly;
import org.jspecify.annotations.Nullable;

/** The files of one journal, locked for as long as this process uses them. Safe for threads. */
public final class JournalFolder implements AutoCloseable {
  private static final String HEAD = "recording";
  private static final String LOCK = "lock";
  private static final String SEGMENT = ".segment";

  private final Path folder;
  private final JournalHead head;
  private final FileChannel lock;
  private final SegmentStock stock;
  private final AtomicLong bytes = new AtomicLong();
  private volatile long kept = Long.MAX_VALUE;

  private JournalFolder(Path folder, JournalHead head, FileChannel lock, SegmentStock stock) {
    this.folder = folder;
    this.head = head;
    this.lock = lock;
    this.stock = stock;
  }

  /** Makes the journal of a new recording, as {@link #create(Path, JournalHead, SegmentStock)}. */
  public static JournalFolder create(Path journals, JournalHead head) {
    return create(journals, head, SegmentStock.NONE);
  }

  /**
   * Makes the journal of a new recording.
   *
   * @param journals folder of all journals
   * @param stock gives it segments, and takes them back
   * @throws ColotapeException if there is one of that name, or it can't be made
   */
  public static JournalFolder create(Path journals, JournalHead head, SegmentStock stock) {
    Path folder = journals.resolve(head.name());
    try {
      OwnerOnly.home(journals);
      OwnerOnly.folder(folder);
      FileChannel lock = lock(folder);
      if (lock == null || Files.exists(folder.resolve(HEAD))) {
        if (lock != null) {
          lock.close();
        }
        throw new ColotapeException(
            "a recording of that name waits in the journal",
            folder.toString(),
            "finish it with 'colotape record --resume "
                + head.name()
                + "', or choose another name");
      }
      head.write(folder.resolve(HEAD));
      return new JournalFolder(folder, head, lock, stock);
    } catch (IOException e) {
      throw unusable(folder, e);
    }
  }

  /**
   * Opens the journal that another process has left.
   *
   * @return the journal; null if it is in use, or not the journal of a recording
   * @throws ColotapeException if it can't be read
   */
  public static @Nullable JournalFolder open(Path folder) {
    try {
      if (!Files.exists(folder.resolve(HEAD))) {
        return null;
      }
      FileChannel lock = lock(folder);
      return lock == null
          ? null
          : new JournalFolder(
              folder, JournalHead.read(folder.resolve(HEAD)), lock, SegmentStock.NONE);
    } catch (IOException e) {
      throw unusable(folder, e);
    }
  }

  /** True if a recorder, of this process or another one, writes or publishes that journal. */
  public static boolean isInUse(Path folder) {
    if (!Files.exists(folder.resolve(HEAD))) {
      return false;
    }
    try (FileChannel lock = lock(folder)) {
      return lock == null;
    } catch (IOException e) {
      throw unusable(folder, e);
    }
  }

  /** The folders of all journals, by name. */
  public static List<Path> all(Path journals) {
    if (!Files.isDirectory(journals)) {
      return List.of();
    }
    try (Stream<Path> folders = Files.list(journals)) {
      return folders.filter(folder -> Files.exists(folder.resolve(HEAD))).sorted().toList();
    } catch (IOException e) {
      throw unusable(journals, e);
    }
  }

  /** Which recording it belongs to. */
  public JournalHead head() {
    return head;
  }

  /** Where it is. */
  public Path path() {
    return folder;
  }

  /** Number of bytes that this process has put into it and not trimmed. */
  public long bytes() {
    return bytes.get();
  }

  void grew(long by) {
    bytes.addAndGet(by);
  }

  Path segment(long number) {
    return folder.resolve(segmentName(number));
  }

  static String segmentName(long number) {
    return "%08d%s".formatted(number, SEGMENT);
  }

  /** Begins a segment. What follows its lead, if anything does, is zero. */
  FileChannel begin(long number) throws IOException {
    Path file = segment(number);
    FileChannel begun =
        stock.take(file) ? SegmentFile.begin(file, number) : SegmentFile.create(file, number);
    grew(SegmentFile.LEAD);
    return begun;
  }

  /** Numbers of the segments that are there, ascending. */
  List<Long> segments() throws IOException {
    return segments(folder);
  }

  /** Numbers of the segments in a folder, ascending. */
  static List<Long> segments(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(SEGMENT))
          .map(name -> Long.valueOf(name.substring(0, name.length() - SEGMENT.length())))
          .sorted()
          .toList();
    }
  }

  /** Says that another reader than the one that publishes still needs segments from this one on. */
  public void keepFrom(long segment) {
    kept = segment;
  }

  /** Number of the first segment that another reader needs; very large if there is none. */
  public long keptFrom() {
    return kept;
  }

  /** Does away with a segment that is not needed any more. */
  public void trim(long segment) {
    Path file = segment(segment);
    try {
      long size = Files.size(file);
      stock.give(file);
      bytes.addAndGet(-size);
    } catch (IOException e) {
      throw unusable(file, e);
    }
  }

  /** Deletes the whole journal, and lets go of it. */
  public void delete() {
    try {
      // the head first: without it the rest is no journal
      Files.deleteIfExists(folder.resolve(HEAD));
      for (long segment : segments()) {
        stock.give(segment(segment));
      }
      Files.deleteIfExists(folder.resolve(LOCK));
      Files.delete(folder);
    } catch (IOException e) {
      throw unusable(folder, e);
    } finally {
      close();
    }
  }

  /** Lets go of the journal; its files stay. */
  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException e) {
      throw unusable(folder, e);
    }
  }

  static ColotapeException unusable(Path path, IOException cause) {
    return new ColotapeException(
        "cannot use the journal: " + cause,
        path.toString(),
        "check the folder's rights and free space, or give another --home",
        cause);
  }

  /** Locks a folder for this process; null if that was done already. */
  static @Nullable FileChannel lock(Path folder) throws IOException {
    FileChannel file =
        OwnerOnly.open(folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (file.tryLock() != null) {
        return file;
      }
    } catch (OverlappingFileLockException e) {
      // this process has it
    }
    file.close();
    return null;
  }
}
