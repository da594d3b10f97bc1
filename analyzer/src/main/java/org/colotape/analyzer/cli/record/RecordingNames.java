package org.colotape.analyzer.cli.record;

import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.colotape.schema.layout.Topics;
import org.jspecify.annotations.Nullable;

/** Names for recordings that the user gave none. */
public final class RecordingNames {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private RecordingNames() {}

  /**
   * The file's name without {@code .zst} or {@code .gz}, with {@code '-'} for what a name may not
   * have, then the time; {@code tap} and the time if there is no file.
   */
  public static String of(@Nullable Path file, Instant time) {
    String suffix = "-" + TIME.format(time);
    String stem =
        file == null || file.getFileName() == null ? "tap" : file.getFileName().toString();
    stem =
        stem.replaceFirst("\\.(zst|gz)$", "")
            .replaceAll("[^A-Za-z0-9._-]", "-")
            .replaceFirst("^[^A-Za-z0-9]+", "");
    if (stem.isEmpty()) {
      stem = "recording";
    }
    return stem.substring(0, Math.min(stem.length(), Topics.MAX_NAME - suffix.length())) + suffix;
  }
}
