package org.colotape.recorder.observe;

import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.colotape.recorder.feed.CapturedFile;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.event.Memory;
import org.jspecify.annotations.Nullable;

/**
 * A raw image of one RAM block, taken at a checkpoint.
 *
 * @param memory whose memory it is
 * @param checkpoint when it was taken: behind the last event of this checkpoint
 * @param block name of the RAM block, or null for the only one as long as the image
 * @param file where it is; its uncompressed length is the block's used length
 */
public record MemoryImage(
    Memory memory, int checkpoint, @Nullable String block, CapturedFile file) {
  /** How an image is named on the command line. */
  public static final String SYNTAX = "pvm|svm|cache:CHECKPOINT:[BLOCK=]FILE";

  private static final Pattern FORM =
      Pattern.compile(
          "(?<memory>pvm|svm|cache):(?<checkpoint>\\d{1,9}):((?<block>[^=]+)=)?(?<file>.+)");

  /**
   * Reads {@link #SYNTAX}.
   *
   * @throws ColotapeException if the text has another form
   */
  public static MemoryImage parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw new ColotapeException("not an observation", text, "write it as " + SYNTAX);
    }
    return new MemoryImage(
        Memory.valueOf(form.group("memory").toUpperCase(Locale.ROOT)),
        Integer.parseInt(form.group("checkpoint")),
        form.group("block"),
        new CapturedFile(Path.of(form.group("file"))));
  }
}
