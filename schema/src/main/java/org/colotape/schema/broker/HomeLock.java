package org.colotape.schema.broker;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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

  /** Waits until no other process uses the broker in this folder any more. */
  static void awaitVisitors(Path folder) throws IOException {
    try (FileChannel channel = open(folder.resolve("visitors.lock"))) {
      channel.lock();
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
