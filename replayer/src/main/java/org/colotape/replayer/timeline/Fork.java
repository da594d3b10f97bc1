package org.colotape.replayer.timeline;

import org.colotape.replayer.replay.Replay;
import org.colotape.schema.log.EventSource;

/** A replay that goes on from a place on a timeline, on a branch of its own. */
public final class Fork implements AutoCloseable {
  private final EventSource source;
  private final Replay replay;

  Fork(EventSource source, Replay replay) {
    this.source = source;
    this.replay = replay;
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
