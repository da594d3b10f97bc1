package org.colotape.schema.log;

import java.util.HexFormat;
import org.colotape.schema.event.Recording;

/** A recording of a log. It has its name since it was begun or imported: both set the time. */
record LoggedRecording(RecordingLog log, Recording entry) implements SeekableRecording {
  @Override
  public String identity() {
    HexFormat hex = HexFormat.of();
    return hex.formatHex(entry.getId().bytes()) + '-' + hex.toHexDigits(entry.getCreatedAt());
  }

  @Override
  public EventSource openFrom(long seq) {
    return log.openFrom(entry.getName(), seq);
  }
}
