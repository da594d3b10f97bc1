package org.colotape.schema.log;

import java.util.List;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.event.Recording;
import org.colotape.schema.event.RecordingId;

/**
 * A place that holds recordings by name: a Kafka cluster, or the embedded broker of a home
 * directory.
 */
public interface RecordingLog extends AutoCloseable {
  /**
   * Begins a recording.
   *
   * @param name its name, not yet taken
   * @param id its identity, as its events will carry it
   * @param pagePartitions number of page partitions, at least 1
   * @throws ColotapeException if the name is taken or not allowed, or the log can't be reached
   */
  EventSink create(String name, RecordingId id, int pagePartitions);

  /**
   * Opens a recording for reading, up to what is there now.
   *
   * @throws ColotapeException if there is no such recording, or the log can't be reached
   */
  default EventSource open(String name) {
    return openFrom(name, 0);
  }

  /**
   * Opens a recording for reading from an event on, up to what is there now. What is before that
   * event is not read.
   *
   * @param seq place of the first event to come, at least 0
   * @throws ColotapeException if there is no such recording, or the log can't be reached
   */
  EventSource openFrom(String name, long seq);

  /**
   * A recording to be read from any event on, for as long as the log is open.
   *
   * @throws ColotapeException if there is no such recording, or the log can't be reached
   */
  default SeekableRecording seekable(String name) {
    try (EventSource source = open(name)) {
      return new LoggedRecording(this, source.recording());
    }
  }

  /** All recordings, by name. */
  List<Recording> list();

  /**
   * Deletes a recording with all its events.
   *
   * @throws ColotapeException if there is no such recording
   */
  void delete(String name);

  /** Releases what the log holds; an embedded broker stops. */
  @Override
  void close();
}
