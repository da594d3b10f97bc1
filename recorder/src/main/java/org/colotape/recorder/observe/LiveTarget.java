package org.colotape.recorder.observe;

import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.event.Memory;
import org.jspecify.annotations.Nullable;

/**
 * Where a running VM's memory can be read.
 *
 * @param memory whose memory it is
 * @param block the RAM block; null for the only one of the file's length, or each one that no other
 *     target of the memory names
 * @param file of the block's memory backend, which must be shared; null for another way
 * @param pid of the process; 0 for another way
 * @param monitor unix socket of QEMU's monitor: with a process it is asked where in it the VM's own
 *     blocks are, alone it reads the memory; null for none
 */
public record LiveTarget(
    Memory memory, @Nullable String block, @Nullable Path file, long pid, @Nullable Path monitor) {
  /** How it is named on a command line. */
  public static final String SYNTAX = "[BLOCK=]FILE|[BLOCK=]pid:N[,qmp:SOCKET]|[BLOCK=]qmp:SOCKET";

  /** How the COLO cache is named, which no file holds, and no guest sees. */
  public static final String PROCESS_SYNTAX = "[BLOCK=]pid:N[,qmp:SOCKET]";

  private static final Pattern FORM =
      Pattern.compile(
          "((?<block>[^=]+)=)?(pid:(?<pid>\\d{1,9})(,qmp:(?<guide>.+))?|qmp:(?<monitor>.+))"
              + "|((?<backend>[^=/]+|/objects/[^=]+)=)?(?<file>.+)");

  /** A file or a process. */
  public LiveTarget(Memory memory, @Nullable String block, @Nullable Path file, long pid) {
    this(memory, block, file, pid, null);
  }

  /**
   * Reads {@link #SYNTAX}.
   *
   * @throws ColotapeException if the text has another form
   */
  public static LiveTarget parse(Memory memory, String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches() || (memory == Memory.CACHE && form.group("pid") == null)) {
      throw new ColotapeException(
          "not a memory to observe",
          text,
          "write it as " + (memory == Memory.CACHE ? PROCESS_SYNTAX : SYNTAX));
    }
    String block = form.group("block");
    String pid = form.group("pid");
    String monitor = form.group("monitor");
    if (pid != null) {
      String guide = form.group("guide");
      return new LiveTarget(
          memory, block, null, Long.parseLong(pid), guide == null ? null : Path.of(guide));
    }
    return monitor == null
        ? new LiveTarget(memory, form.group("backend"), Path.of(form.group("file")), 0, null)
        : new LiveTarget(memory, block, null, 0, Path.of(monitor));
  }

  /** The same for one block. */
  LiveTarget of(String one) {
    return new LiveTarget(memory, one, file, pid, monitor);
  }

  @Override
  public String toString() {
    String where = file != null ? file.toString() : pid == 0 ? "qmp:" + monitor : "pid:" + pid;
    return memory + (block == null ? "" : " block " + block) + " at " + where;
  }
}
