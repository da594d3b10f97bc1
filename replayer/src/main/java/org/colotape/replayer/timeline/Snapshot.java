package org.colotape.replayer.timeline;

import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot in the cache, as its file's name tells. What stands in the file decides.
 *
 * @param seq the event behind which it was taken
 * @param sealed the last checkpoint that was sealed at or before that event, or -1
 * @param atSeal true if that event is the seal
 * @param bytes length of the file
 * @param file the file
 */
record Snapshot(long seq, int sealed, boolean atSeal, long bytes, Path file) {
  static final String SUFFIX = ".snapshot";

  private static final Pattern NAME =
      Pattern.compile("(\\d{1,18})-(-1|\\d{1,9})-([sw])\\.snapshot");

  /** How a file is named: the event, the last sealed checkpoint, at its seal or within the next. */
  static String name(long seq, int sealed, boolean atSeal) {
    return seq + "-" + sealed + "-" + (atSeal ? 's' : 'w') + SUFFIX;
  }

  /** What the file's name says, or null if it is not that of a snapshot. */
  static @Nullable Snapshot of(Path file, long bytes) {
    Matcher name = NAME.matcher(file.getFileName().toString());
    return name.matches()
        ? new Snapshot(
            Long.parseLong(name.group(1)),
            Integer.parseInt(name.group(2)),
            name.group(3).equals("s"),
            bytes,
            file)
        : null;
  }

  /** True if it was taken at or before the end of a checkpoint. */
  boolean isWithin(int checkpoint) {
    return sealed < checkpoint || (sealed == checkpoint && atSeal);
  }
}
