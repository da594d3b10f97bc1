package org.colotape.schema.broker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.colotape.schema.files.OwnerOnly;
import org.jspecify.annotations.Nullable;

/**
 * Says which process runs the broker of a home, and which others use it. Both are locks on files,
 * so the operating system releases them when a process dies.
 *
 * <p>A process takes each lock at most once at a time ({@link EmbeddedBroker} sees to it): closing
 * any channel of a file releases all locks that the process holds on it (POSIX {@code fcntl}).
 */
final class HomeLock implements AutoCloseable {
  /** Where in a line of /proc/locks the process stands, and the file. */
  private static final int LOCKER = 4;

  private static final int LOCKED = 5;

  private final FileChannel channel;

  private HomeLock(FileChannel channel) {
    this.channel = channel;
  }

  /** Becomes the one process that runs the broker in this folder; null if there is one already. */
  static @Nullable HomeLock own(Path folder) throws IOException {
    FileChannel channel = open(folder.resolve("owner.lock"));
    if (channel.tryLock() == null) {
      channel.close();
      return null;
    }
    return new HomeLock(channel);
  }

  /** Tells the owner that its broker is in use until the result is closed. */
  static HomeLock visit(Path folder) throws IOException {
    FileChannel channel = open(folder.resolve("visitors.lock"));
    channel.lock(0, Long.MAX_VALUE, true);
    return new HomeLock(channel);
  }

  /**
   * Waits until no other process uses the broker in this folder any more.
   *
   * @param waits is told first which ones do, if it has to wait
   */
  static void awaitVisitors(Path folder, Consumer<String> waits) throws IOException {
    Path file = folder.resolve("visitors.lock");
    try (FileChannel channel = open(file)) {
      if (channel.tryLock() == null) {
        waits.accept(
            "the broker of "
                + folder.getParent()
                + " is in use by "
                + holders(file)
                + ": it stops when they end; Ctrl-C stops it now");
        channel.lock();
      }
    }
  }

  /** The processes that have locks on a file (Linux, proc(5), /proc/locks). */
  private static String holders(Path file) throws IOException {
    String inode = ":" + Files.getAttribute(file, "unix:ino");
    try (Stream<String> locks = Files.lines(Path.of("/proc/locks"))) {
      String pids =
          locks
              .map(line -> List.of(line.trim().split("\\s+", -1)))
              .filter(fields -> fields.size() > LOCKED && fields.get(LOCKED).endsWith(inode))
              .map(fields -> fields.get(LOCKER))
              .distinct()
              .collect(Collectors.joining(", "));
      return pids.isEmpty() ? "another process" : "process " + pids;
    } catch (IOException | UncheckedIOException e) {
      return "another process";
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private static FileChannel open(Path file) throws IOException {
    return OwnerOnly.open(
        file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }
}
