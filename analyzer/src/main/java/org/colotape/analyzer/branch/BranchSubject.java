package org.colotape.analyzer.branch;

import java.util.function.UnaryOperator;
import org.colotape.analyzer.diagnosis.Subject;
import org.colotape.replayer.branch.Branch;
import org.colotape.replayer.replay.ObservationListener;
import org.colotape.replayer.replay.ReplaySettings;
import org.colotape.replayer.timeline.Fork;
import org.colotape.replayer.timeline.Timeline;
import org.colotape.schema.log.EventSource;
import org.colotape.schema.log.SeekableRecording;

/** A branch, with the timeline of the recording that it leaves. */
record BranchSubject(SeekableRecording source, Branch branch, Timeline timeline)
    implements Subject {
  @Override
  public Fork open(UnaryOperator<EventSource> watch, ObservationListener observations) {
    return timeline.fork(branch, watch, observations);
  }

  @Override
  public ReplaySettings settings() {
    return timeline.settings();
  }

  @Override
  public long before() {
    return branch.at();
  }
}
