package org.colotape.analyzer.cli.frame;

import org.colotape.schema.event.Event;
import org.colotape.schema.event.Recording;
import org.colotape.schema.log.EventSource;
import org.colotape.schema.log.RecordingLog;
import org.jspecify.annotations.Nullable;

/** Events of a recording whose log was opened for them alone. */
final class OwningSource implements EventSource {
  private final EventSource source;
  private final RecordingLog log;

  OwningSource(EventSource source, RecordingLog log) {
    this.source = source;
    this.log = log;
  }

  @Override
  public Recording recording() {
    return source.recording();
  }

  @Override
  public @Nullable Event next() {
    return source.next();
  }

  @Override
  public void close() {
    try (log) {
      source.close();
    }
  }
}
