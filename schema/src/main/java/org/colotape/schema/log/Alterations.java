package org.colotape.schema.log;

import org.colotape.schema.ColotapeException;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;

/**
 * Recordings that are not as they were captured: excerpts, and redacted ones. Their events can be
 * replayed and analysed, but their bytes are no stream.
 */
public final class Alterations {
  private Alterations() {}

  /**
   * Refuses an event that says that its recording is altered; it comes second in such a recording.
   *
   * @param event any event
   * @param purpose what the captured bytes are needed for, to follow "to"
   * @throws ColotapeException if it says so
   */
  public static void refuse(Event event, String purpose) {
    if (event.getKind() == Kind.ALTERED) {
      throw new ColotapeException(
          "the recording is not as it was captured",
          String.join("; ", event.getAlteration().getSteps()),
          "take the one that it was made from to " + purpose);
    }
  }
}
