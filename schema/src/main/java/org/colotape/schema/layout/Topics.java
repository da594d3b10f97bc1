package org.colotape.schema.layout;

import java.util.regex.Pattern;
import org.colotape.schema.ColotapeException;

/**
 * The topics of one recording. They share a prefix of their own, so that retention, access rights
 * and deletion work per recording.
 *
 * @param recording name of the recording
 */
public record Topics(String recording) {
  /** The compacted catalogue of recordings, keyed by name. */
  public static final String CATALOGUE = "colotape.recordings";

  /** Longest name of a recording: Kafka allows 249 characters in a topic's name. */
  public static final int MAX_NAME = 200;

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");

  /**
   * @throws ColotapeException if the name can't be part of a topic's name
   */
  public Topics {
    if (!isName(recording)) {
      throw new ColotapeException(
          "not a name for a recording",
          recording,
          "use at most "
              + MAX_NAME
              + " letters, digits, '.', '_' and '-', a letter or digit first");
    }
  }

  /** True if a recording can have that name. */
  public static boolean isName(String text) {
    return text.length() <= MAX_NAME && NAME.matcher(text).matches();
  }

  /** Pages, observations: what belongs to a region of memory. Several partitions. */
  public String pages() {
    return "colotape." + recording + ".pages";
  }

  /**
   * All other events, in one partition: each is a barrier that states where the page partitions
   * end.
   */
  public String control() {
    return "colotape." + recording + ".control";
  }
}
