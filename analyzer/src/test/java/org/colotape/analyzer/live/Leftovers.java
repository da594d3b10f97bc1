package org.colotape.analyzer.live;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Files and processes of this test's labs that came since it was made; others may run beside it.
 */
final class Leftovers {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final long LOOK_MILLIS = 10;
  private static final String LAB = "/colotape-lab-";
  private static final Pattern FOLDER = Pattern.compile("colotape-lab-\\d+");

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
            .filter(file -> file.contains(LAB) || file.contains("/colotape-observe-"))
            .forEach(found::add);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    ProcessHandle.allProcesses()
        .map(Leftovers::command)
        .filter(command -> command.contains(LAB))
        .forEach(found::add);
    List<String> others = foldersOfOthers();
    found.removeIf(one -> others.stream().anyMatch(one::contains));
    return found;
  }

  /** Folders of labs whose watchdog belongs to a running program that this test did not start. */
  private static List<String> foldersOfOthers() {
    return ProcessHandle.allProcesses()
        .filter(Leftovers::isOfOthers)
        .flatMap(process -> FOLDER.matcher(command(process)).results())
        .map(MatchResult::group)
        .distinct()
        .toList();
  }

  private static boolean isOfOthers(ProcessHandle process) {
    Optional<ProcessHandle> parent = process.parent();
    boolean orphan = parent.isEmpty() || parent.get().pid() == 1;
    for (Optional<ProcessHandle> up = parent; up.isPresent(); up = up.get().parent()) {
      if (up.get().pid() == ProcessHandle.current().pid()) {
        return false;
      }
    }
    return !orphan && command(process).contains(LAB);
  }

  private static String command(ProcessHandle process) {
    return process.info().commandLine().orElse("");
  }
}
