package org.colotape.schema.log;

import org.colotape.schema.ColotapeException;

/**
 * A recording that can be read from any of its events on. May be used by several threads; a source
 * by one each.
 */
public interface SeekableRecording {
  /**
   * Names this very sequence of events, so that what was derived from it can be kept: another one,
   * be it of the same recording, has another name. An event that is added at the end does not
   * change it where the medium can grow.
   *
   * @return letters, digits and '-'
   */
  String identity();

  /**
   * Opens the recording so that the first event to come is the one with that {@code seq}; behind
   * the last event nothing comes. What it costs does not depend on how many events come before.
   *
   * @param seq at least 0
   * @throws ColotapeException if there is no such recording, or it can't be read
   */
  EventSource openFrom(long seq);
}
