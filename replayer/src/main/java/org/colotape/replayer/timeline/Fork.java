package org.colotape.replayer.timeline;

import org.colotape.replayer.replay.ObservationListener;
import org.colotape.replayer.replay.Replay;
import org.colotape.replayer.replay.ReplaySettings;
import org.colotape.schema.log.EventSource;

/** A replay and its events: from a place on a timeline on, or from the start. */
public final class Fork implements AutoCloseable {
  private final EventSource source;
  private final Replay replay;

  Fork(EventSource source, Replay replay) {
    this.source = source;
    this.replay = replay;
  }

  /** A replay from the start of a recording; closing it closes the source. */
  public static Fork fromStart(
      EventSource source, ReplaySettings settings, ObservationListener observations) {
    return new Fork(source, new Replay(source, settings, observations));
  }

  /** The replay; closed with this. */
  public Replay replay() {
    return replay;
  }

  @Override
  public void close() {
    replay.close();
    source.close();
  }
}
