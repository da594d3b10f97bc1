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
   * @param guarded true if the mapping ends just behind the block, and nobody may touch what
   *     follows, as behind all that QEMU maps (QEMU util/mmap-alloc.c, qemu_ram_mmap)
   */
  record Start(long address, boolean held, boolean shared, long mapped, boolean guarded) {
    /** True if it may be all of a shared memory backend of that length. */
    boolean isBackend(long length) {
      return held && shared && mapped == length;
    }

    /** True if QEMU may have mapped memory of that length there, and only that. */
    boolean isAlone(long length) {
      return !held && mapped == length && address % HUGE_PAGE == 0;
    }

    /**
     * True if QEMU may have mapped memory of a block's length there, perhaps with other memory
     * before it: Linux joins what lies side by side, as what is allocated later in the hole that
     * was left by the alignment.
     */
    boolean isLast() {
      return !held && guarded && address % HUGE_PAGE == 0;
    }
  }

  /**
   * Addresses where a block of that length may begin: the starts of writable mappings, and what is
   * aligned as QEMU aligns memory in mappings that have grown together.
   */
  static List<Start> starts(long pid, long length) throws IOException {
    List<Start> starts = new ArrayList<>();
    List<String> lines = Files.readAllLines(Path.of("/proc", Long.toString(pid), "maps"));
    for (int i = 0; i < lines.size(); i++) {
      String[] fields = lines.get(i).split("\\s+", 6);
      if (fields[1].startsWith("rw")) {
        String next = i + 1 < lines.size() ? lines.get(i + 1) : "";
        addStarts(starts, fields, next, length);
      }
    }
    return starts;
  }

  private static void addStarts(List<Start> starts, String[] fields, String next, long length) {
    boolean held = fields.length > 5 && fields[5].startsWith("/");
    boolean shared = fields[1].endsWith("s");
    int dash = fields[0].indexOf('-');
    long start = Long.parseUnsignedLong(fields[0].substring(0, dash), 16);
    long end = Long.parseUnsignedLong(fields[0].substring(dash + 1), 16);
    long last = end - length;
    boolean guarded = next.matches(fields[0].substring(dash + 1) + "-\\S+ ---p .*");
    if (last >= start) {
      starts.add(new Start(start, held, shared, end - start, guarded && last == start));
    }
    long aligned = start / HUGE_PAGE * HUGE_PAGE + HUGE_PAGE;
    for (int i = 0; i < MOST_STARTS && aligned <= last; i++, aligned += HUGE_PAGE) {
      starts.add(new Start(aligned, held, shared, 0, guarded && last == aligned));
    }
    if (aligned <= last && last % HUGE_PAGE == 0) {
      starts.add(new Start(last, held, shared, 0, guarded));
    }
  }
}
