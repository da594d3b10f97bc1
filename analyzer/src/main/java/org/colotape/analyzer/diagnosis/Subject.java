package org.colotape.analyzer.diagnosis;

import org.colotape.analyzer.verdict.ReplayOpener;
import org.colotape.replayer.replay.ObservationListener;
import org.colotape.replayer.timeline.Fork;
import org.colotape.schema.event.Recording;
import org.colotape.schema.log.EventSource;

/** What is diagnosed: a recording, or a branch of one. It can be replayed as often as is needed. */
public interface Subject extends ReplayOpener {
  /** The recording. */
  default Recording recording() {
    try (EventSource events = events()) {
      return events.recording();
    }
  }

  /** The last event of the recording that comes before it: -1 for a recording. */
  long before();

  /**
   * Replays the recording up to {@link #before} and further, as pages have a history there, too.
   *
   * @param observations is told of observations
   */
  Fork openBefore(ObservationListener observations);

  /** The events of the recording; those up to {@link #before} are not replayed otherwise. */
  EventSource events();
}
