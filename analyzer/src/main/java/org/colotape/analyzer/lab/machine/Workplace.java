package org.colotape.analyzer.lab.machine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.files.OwnerOnly;

/**
 * Folders for the files of machines, which are gone with all their processes when it is closed, or
 * when this process dies in whatever way: a watchdog, a shell that waits for the end of a pipe,
 * sees to that then.
 */
public final class Workplace implements AutoCloseable {
  private static final Path SHARED_MEMORY = Path.of("/dev/shm");
  private static final String PREFIX = "colotape-lab-";

  /** Ends every process whose command line names the folder, and removes the folders. */
  private static final String WATCH =
      "trap '' INT TERM HUP; read -r _; "
          + "for file in /proc/[0-9]*/cmdline; do "
          + "pid=${file#/proc/}; pid=${pid%/cmdline}; "
          + "[ \"$pid\" = $$ ] || ! grep -qsF \"$1\" \"$file\" || kill -9 \"$pid\"; "
          + "done; rm -rf \"$1\" \"$2\"";

  private final Path folder;
  private final Path memory;
  private final Process watchdog;

  private Workplace(Path folder, Path memory, Process watchdog) {
    this.folder = folder;
    this.memory = memory;
    this.watchdog = watchdog;
  }

  /**
   * Makes the folders.
   *
   * @param parent where temporary files go
   * @throws ColotapeException if that is not possible
   */
  public static Workplace in(Path parent) {
    try {
      Path folder = Files.createTempDirectory(parent, PREFIX);
      Path memory =
          Files.isWritable(SHARED_MEMORY)
              ? OwnerOnly.newFolder(SHARED_MEMORY.resolve(folder.getFileName()))
              : OwnerOnly.newFolder(folder.resolve("memory"));
      Process watchdog =
          new ProcessBuilder(
                  "/bin/sh", "-c", WATCH, "colotape-lab", folder.toString(), memory.toString())
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      return new Workplace(folder, memory, watchdog);
    } catch (IOException e) {
      throw new ColotapeException(
          "cannot make a temporary directory: " + e,
          parent.toString(),
          "check its rights and free space, or set TMPDIR to another one",
          e);
    }
  }

  /** Where sockets, disks and logs are. */
  public Path folder() {
    return folder;
  }

  /** Where guest memory is: in the machine's memory where that is possible. */
  public Path memory() {
    return memory;
  }

  @Override
  public void close() {
    List.of(memory, folder).forEach(Workplace::remove);
    try {
      // it finds nothing to do any more, and ends
      watchdog.getOutputStream().close();
      watchdog.waitFor(10, TimeUnit.SECONDS);
    } catch (IOException e) {
      watchdog.destroyForcibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void remove(Path root) {
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | UncheckedIOException e) {
      // the watchdog removes what is left
    }
  }
}
