package org.colotape.analyzer.diagnosis;

import java.util.function.UnaryOperator;
import org.colotape.replayer.replay.ObservationListener;
import org.colotape.replayer.replay.ReplaySettings;
import org.colotape.replayer.timeline.Fork;
import org.colotape.schema.log.EventSource;
import org.colotape.schema.log.SeekableRecording;

/** A whole recording. */
record Whole(SeekableRecording source, ReplaySettings settings) implements Subject {
  @Override
  public Fork open(UnaryOperator<EventSource> watch, ObservationListener observations) {
    return Fork.fromStart(watch.apply(events()), settings, observations);
  }

  @Override
  public long before() {
    return -1;
  }

  @Override
  public Fork openBefore(ObservationListener observations) {
    return open(UnaryOperator.identity(), observations);
  }

  @Override
  public EventSource events() {
    return source.openFrom(0);
  }
}
