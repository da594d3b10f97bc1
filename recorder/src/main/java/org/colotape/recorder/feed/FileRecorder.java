package org.colotape.recorder.feed;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.colotape.recorder.session.CheckpointObserver;
import org.colotape.recorder.session.RecordingSession;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.event.RecordingId;
import org.colotape.schema.event.RecordingStart;
import org.colotape.schema.log.EventSink;
import org.colotape.schema.log.RecordingLog;

/** Records captured files in one call, for programs that use Colotape as a library. */
public final class FileRecorder {
  private static final String PROGRAM = "colotape library";
  private static final int PARTITIONS = 8;

  private FileRecorder() {}

  /**
   * Records a stream that went from the PVM to the SVM, or to a file.
   *
   * @param stream the captured bytes, which may be compressed with zstd or gzip
   * @param log takes the recording
   * @param name what to call it
   * @return whether the file was read to its end
   * @throws ColotapeException if the file is no migration stream or can't be read, the name is
   *     taken, or the log fails
   */
  public static FeedEnd record(Path stream, RecordingLog log, String name) {
    return record(new FileFeed(new CapturedFile(stream), null, List.of()), log, name);
  }

  /**
   * Records the files of a feed.
   *
   * @return whether every file was read to its end
   * @throws ColotapeException as {@link #record(Path, RecordingLog, String)}
   */
  public static FeedEnd record(FileFeed feed, RecordingLog log, String name) {
    feed.check();
    RecordingId id = randomId();
    RecordingStart start =
        new RecordingStart(
            name, PROGRAM, feed.sources(), feed.returnPath() != null, List.of(), false);
    try (EventSink sink = log.create(name, id, PARTITIONS)) {
      RecordingSession session =
          new RecordingSession(sink, id, start, FileRecorder::clock, CheckpointObserver.NONE);
      FeedEnd end = feed.run(session, () -> {});
      session.finish(end.complete(), end.reason());
      return end;
    }
  }

  private static RecordingId randomId() {
    UUID uuid = UUID.randomUUID();
    return new RecordingId(
        ByteBuffer.allocate(2 * Long.BYTES)
            .putLong(uuid.getMostSignificantBits())
            .putLong(uuid.getLeastSignificantBits())
            .array());
  }

  /** Nanoseconds since 1970. */
  private static long clock() {
    Instant now = Instant.now();
    return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
  }
}
