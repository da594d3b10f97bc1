package org.colotape.analyzer.live;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Files and processes of labs that came since it was made: other labs may run beside the test. */
final class Leftovers {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final long LOOK_MILLIS = 10;

  private final List<String> before = found();

  /** What is there now. */
  List<String> now() {
    return found().stream().filter(one -> !before.contains(one)).toList();
  }

  /** What stays: the kernel takes its time with processes that were killed. */
  List<String> staying() throws InterruptedException {
    long end = System.nanoTime() + PATIENCE_NANOS;
    List<String> left = now();
    while (!left.isEmpty() && System.nanoTime() < end) {
      Thread.sleep(LOOK_MILLIS);
      left = now();
    }
    return left;
  }

  private static List<String> found() {
    List<String> found = new ArrayList<>();
    for (String folder : List.of("/dev/shm", System.getProperty("java.io.tmpdir"))) {
      try (Stream<Path> files = Files.list(Path.of(folder))) {
        files
            .map(Path::toString)
            .filter(file -> file.contains("/colotape-lab-") || file.contains("/colotape-observe-"))
            .forEach(found::add);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    ProcessHandle.allProcesses()
        .flatMap(process -> process.info().commandLine().stream())
        .filter(command -> command.contains("colotape-lab-"))
        .forEach(found::add);
    return found;
  }
}
