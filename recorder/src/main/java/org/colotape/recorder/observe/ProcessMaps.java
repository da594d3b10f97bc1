package org.colotape.recorder.observe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The writable mappings of a process, as {@code /proc/PID/maps} lists them (man proc_pid_maps). */
final class ProcessMaps {
  private static final long HUGE_PAGE = 2L << 20;
  private static final int MOST_STARTS = 64;

  private ProcessMaps() {}

  /** The file that reads as the process's memory. */
  static Path memory(long pid) {
    return Path.of("/proc", Long.toString(pid), "mem");
  }

  /**
   * Where a block may begin.
   *
   * @param address in the process
   * @param held true if a file holds the memory there
   * @param shared true if what is written there is seen by others
   * @param mapped length of the mapping that begins just there, or 0
   */
  record Start(long address, boolean held, boolean shared, long mapped) {
    /** True if it may be all of a shared memory backend of that length. */
    boolean isBackend(long length) {
      return held && shared && mapped == length;
    }

    /** True if QEMU may have mapped memory of that length there, and only that. */
    boolean isAlone(long length) {
      return !held && mapped == length && address % HUGE_PAGE == 0;
    }
  }

  /**
   * Addresses where a block of that length may begin: the starts of writable mappings, and what is
   * aligned as QEMU aligns memory in mappings that have grown together.
   */
  static List<Start> starts(long pid, long length) throws IOException {
    List<Start> starts = new ArrayList<>();
    for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "maps"))) {
      String[] fields = line.split("\\s+", 6);
      boolean held = fields.length > 5 && fields[5].startsWith("/");
      boolean shared = fields[1].endsWith("s");
      if (!fields[1].startsWith("rw")) {
        continue;
      }
      int dash = fields[0].indexOf('-');
      long start = Long.parseUnsignedLong(fields[0].substring(0, dash), 16);
      long end = Long.parseUnsignedLong(fields[0].substring(dash + 1), 16);
      long aligned = (start + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
      if (end - start >= length) {
        starts.add(new Start(start, held, shared, end - start));
      }
      aligned += aligned == start ? HUGE_PAGE : 0;
      for (int i = 0; i < MOST_STARTS && aligned + length <= end; i++, aligned += HUGE_PAGE) {
        starts.add(new Start(aligned, held, shared, 0));
      }
    }
    return starts;
  }
}
