package org.colotape.analyzer.cli.frame;

import org.colotape.schema.log.EventSource;
import org.colotape.schema.log.RecordingLog;
import org.colotape.schema.log.SeekableRecording;
import org.jspecify.annotations.Nullable;

/** A recording that a command reads here and there, with the log that was opened for it. */
public final class OpenRecording implements SeekableRecording, AutoCloseable {
  private final SeekableRecording recording;
  private final @Nullable RecordingLog log;

  OpenRecording(SeekableRecording recording, @Nullable RecordingLog log) {
    this.recording = recording;
    this.log = log;
  }

  @Override
  public String identity() {
    return recording.identity();
  }

  @Override
  public EventSource openFrom(long seq) {
    return recording.openFrom(seq);
  }

  @Override
  public void close() {
    if (log != null) {
      log.close();
    }
  }
}
