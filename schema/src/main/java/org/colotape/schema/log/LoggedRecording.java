package org.colotape.schema.log;

import org.colotape.schema.event.Recording;

/** A recording of a log. */
record LoggedRecording(RecordingLog log, Recording entry) implements SeekableRecording {
  @Override
  public String identity() {
    return RecordingLog.identityOf(entry);
  }

  @Override
  public EventSource openFrom(long seq) {
    return log.openFrom(entry.getName(), seq);
  }
}
