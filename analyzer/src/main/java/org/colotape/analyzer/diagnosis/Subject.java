package org.colotape.analyzer.diagnosis;

import org.colotape.analyzer.verdict.ReplayOpener;
import org.colotape.replayer.replay.ReplaySettings;
import org.colotape.schema.log.SeekableRecording;

/** What is diagnosed: a recording, or a branch of one. It can be replayed as often as is needed. */
public interface Subject extends ReplayOpener {
  /** The recording. */
  SeekableRecording source();

  /** How the recording is replayed. */
  ReplaySettings settings();

  /** The last event of the recording that comes before the subject: -1 for a whole recording. */
  long before();
}
