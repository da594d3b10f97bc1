package org.colotape.analyzer.chronicle;

import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import org.colotape.schema.event.Event;
import org.colotape.schema.log.EventSource;

/**
 * What happened in a recording, checkpoint by checkpoint.
 *
 * @param recorder what made the recording, and its version
 * @param sources where its bytes came from, a line each
 * @param timed true if the capture times are those of a live migration; those of a file only say
 *     when it was read
 * @param blocks pages of each RAM block as the block list tells them, in its order
 * @param chapters one for each checkpoint, in order; 0 is the initial migration
 */
public record Chronicle(
    String recorder,
    List<String> sources,
    boolean timed,
    SequencedMap<String, Integer> blocks,
    List<Chapter> chapters) {
  /**
   * Reads a recording.
   *
   * @param source the recording, from its first event on; the caller closes it
   */
  public static Chronicle of(EventSource source) {
    Head head = new Head();
    List<Chapter> chapters = new ArrayList<>();
    ChapterWriter chapter = null;
    for (Event event : source) {
      head.see(event);
      if (chapter != null && chapter.checkpoint() != event.getCheckpoint()) {
        chapters.add(chapter.chapter());
        chapter = null;
      }
      if (chapter == null) {
        chapter = new ChapterWriter(event);
      }
      chapter.see(event);
    }
    if (chapter != null && chapter.hasTraffic()) {
      chapters.add(chapter.chapter());
    }
    return new Chronicle(
        head.recorder(), head.sources(), head.timed(), head.blocks(), List.copyOf(chapters));
  }
}
