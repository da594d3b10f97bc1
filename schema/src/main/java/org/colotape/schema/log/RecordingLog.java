package org.colotape.schema.log;

import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.event.Event;
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
   * @param patience what the writer does when the log is away
   * @throws ColotapeException if the name is taken or not allowed, or the log can't be reached
   */
  EventSink create(String name, RecordingId id, int pagePartitions, Patience patience);

  /** As the other, for a writer that can't wait for a log that is away. */
  default EventSink create(String name, RecordingId id, int pagePartitions) {
    return create(name, id, pagePartitions, Patience.BOUNDED);
  }

  /**
   * Goes on with a recording whose writer ended before it was sealed, or begins it if it is not
   * there. The writer has {@link Patience#ENDLESS} patience.
   *
   * @param name its name
   * @param id its identity
   * @param pagePartitions number of page partitions, if it is to be begun
   * @param present is given every event that is there, in seq order up to the first that is missing
   * @return takes events from the first that was not given on. Some of them may be there already,
   *     behind the one that is missing: they must be the same again, and are not written twice
   * @throws ColotapeException if the name belongs to another recording, or the log can't be reached
   */
  EventSink resume(String name, RecordingId id, int pagePartitions, Consumer<Event> present);

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

  /**
   * The identity of a recording, as {@link SeekableRecording#identity} tells it: it has its name
   * since it was begun or imported, and both set the time.
   *
   * @param entry what the catalogue says of it
   */
  static String identityOf(Recording entry) {
    HexFormat hex = HexFormat.of();
    return hex.formatHex(entry.getId().bytes()) + '-' + hex.toHexDigits(entry.getCreatedAt());
  }

  /** All recordings, by name. */
  List<Recording> list();

  /**
   * Deletes a recording with all its events.
   *
   * @throws ColotapeException if there is no such recording
   */
  void delete(String name);

  /**
   * Asks whether the log takes events now.
   *
   * @throws ColotapeException if it does not, or does not answer: why
   */
  default void check() {}

  /**
   * Says that whoever uses the log can do without it for a while, and opens it again when it is
   * gone. Another process that runs its broker does not wait for this one then.
   */
  default void letGo() {}

  /** Releases what the log holds; an embedded broker stops. */
  @Override
  void close();
}
