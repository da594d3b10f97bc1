package org.colotape.analyzer.cli.record;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.colotape.analyzer.cli.frame.ExitCode;
import org.colotape.analyzer.cli.frame.OutputOptions;
import org.colotape.analyzer.cli.frame.Terminal;
import org.colotape.analyzer.cli.frame.Version;
import org.colotape.recorder.feed.FeedEnd;
import org.colotape.recorder.feed.FileFeed;
import org.colotape.recorder.observe.ImageObserver;
import org.colotape.recorder.session.RecordingSession;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.event.RecordingId;
import org.colotape.schema.event.RecordingStart;
import org.colotape.schema.log.EventSink;
import org.colotape.schema.log.RecordingLog;

/** Makes recordings of captured files and tells how it went. */
final class Recorder {
  private static final int ID_BYTES = 16;

  private final RecordingLog log;
  private final Terminal terminal;
  private final OutputOptions output;

  Recorder(RecordingLog log, Terminal terminal, OutputOptions output) {
    this.log = log;
    this.terminal = terminal;
    this.output = output;
  }

  /**
   * Records files to their ends.
   *
   * @param mustBeWhole true if a stream that is cut or can't be parsed is the user's mistake, and
   *     not what happened
   * @param name name of the recording
   * @param partitions number of page partitions
   * @param capabilities migration capabilities that the stream may not state
   * @param observer adds observations
   * @return the exit code
   * @throws ColotapeException if the recording can't be made, or has failed; in the second case a
   *     summary was printed
   */
  int record(
      FileFeed files,
      boolean mustBeWhole,
      String name,
      int partitions,
      List<String> capabilities,
      ImageObserver observer) {
    RecordingId id = randomId();
    try (EventSink made = log.create(name, id, partitions)) {
      WatchedSink sink = new WatchedSink(made, new MainWatch());
      RecordingStart start =
          new RecordingStart(
              name,
              Version.text(),
              files.sources(),
              files.returnPath() != null,
              capabilities,
              false);
      RecordingSession session =
          new RecordingSession(sink, id, start, Recorder::wallClock, observer);
      FeedEnd end = feed(files, name, session, sink);
      boolean failed = mustBeWhole && report(sink, end);
      observer
          .problems()
          .forEach(problem -> terminal.problem(String.valueOf(problem.getMessage())));
      return failed || !observer.problems().isEmpty() ? ExitCode.FAILED : ExitCode.OK;
    }
  }

  private FeedEnd feed(FileFeed files, String name, RecordingSession session, WatchedSink sink) {
    long begun = System.nanoTime();
    String end = null;
    try {
      FeedEnd fed = run(files, session, sink);
      session.finish(fed.complete(), fed.reason());
      end = fed.reason();
      return fed;
    } finally {
      double seconds = (System.nanoTime() - begun) / 1e9;
      Summary.of(name, session, sink, seconds, end).print(terminal, output);
    }
  }

  /**
   * Feeds the session; if that fails although events can still be recorded, seals what there is.
   */
  private FeedEnd run(FileFeed files, RecordingSession session, WatchedSink sink) {
    try {
      Progress progress = new Progress(terminal, session.totals(), sink, () -> 0, System::nanoTime);
      return files.run(session, output.json() ? () -> {} : progress);
    } catch (ColotapeException e) {
      if (!sink.failed()) {
        session.finish(false, String.valueOf(e.getMessage()));
      }
      throw e;
    }
  }

  /** Tells what is wrong with the channels; false if nothing is. */
  private boolean report(WatchedSink sink, FeedEnd end) {
    List<String> problems = new ArrayList<>();
    if (!end.complete()) {
      problems.add(end.reason() + ": what came before is recorded; give the whole file");
    }
    String cut = sink.watch().cut();
    String unparsed = sink.watch().firstUnparsed();
    if (cut != null) {
      problems.add(
          "stream is cut (" + cut + "): what came before is recorded; give the whole file");
    } else if (unparsed != null) {
      problems.add(
          sink.watch().unparsedBytes()
              + " bytes could not be parsed (first: "
              + unparsed
              + "): they are kept as opaque events, and replay ends its load there");
    }
    problems.forEach(terminal::problem);
    return !problems.isEmpty();
  }

  /** Nanoseconds since 1970. */
  static long wallClock() {
    Instant now = Instant.now();
    return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
  }

  /** An identity that no other recording has. */
  static RecordingId randomId() {
    UUID uuid = UUID.randomUUID();
    return new RecordingId(
        ByteBuffer.allocate(ID_BYTES)
            .putLong(uuid.getMostSignificantBits())
            .putLong(uuid.getLeastSignificantBits())
            .array());
  }
}
