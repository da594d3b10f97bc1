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
    return Fork.fromStart(watch.apply(source.openFrom(0)), settings, observations);
  }

  @Override
  public long before() {
    return -1;
  }
}
