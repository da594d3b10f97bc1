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
 * @param block the RAM block; null for the only one of the file's length, or a process's largest
 * @param file of the block's memory backend, which must be shared; null for a process
 * @param pid of the process; 0 for a file
 */
public record LiveTarget(Memory memory, @Nullable String block, @Nullable Path file, long pid) {
  /** How it is named on a command line. */
  public static final String SYNTAX = "[BLOCK=]FILE|[BLOCK=]pid:N";

  /** How the COLO cache is named, which no file holds. */
  public static final String PROCESS_SYNTAX = "[BLOCK=]pid:N";

  private static final Pattern FORM =
      Pattern.compile("((?<block>[^=/]+)=)?(pid:(?<pid>\\d{1,9})|(?<file>.+))");

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
    String pid = form.group("pid");
    return pid == null
        ? new LiveTarget(memory, form.group("block"), Path.of(form.group("file")), 0)
        : new LiveTarget(memory, form.group("block"), null, Long.parseLong(pid));
  }

  @Override
  public String toString() {
    return memory + " at " + (file == null ? "pid:" + pid : file);
  }
}
