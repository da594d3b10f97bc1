package org.colotape.analyzer.cli.record;

import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.colotape.analyzer.cli.frame.OutputOptions;
import org.colotape.analyzer.cli.frame.Terminal;
import org.colotape.recorder.feed.FeedEnd;
import org.colotape.recorder.feed.JournalFeed;
import org.colotape.recorder.journal.JournalFolder;
import org.colotape.recorder.journal.JournalReader;
import org.colotape.recorder.session.RecordingSession;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.event.Event;
import org.colotape.schema.log.EventSink;
import org.colotape.schema.log.RecordingLog;
import org.jspecify.annotations.Nullable;

/**
 * Makes the recording of one journal and deletes the journal when all of it is acknowledged. Closes
 * sink, reader and folder.
 */
final class Publication implements Runnable {
  private final JournalFolder folder;
  private final JournalReader reader;
  private final Retry retry;
  private final Terminal terminal;
  private final OutputOptions output;
  private Function<Consumer<Event>, EventSink> opener;
  private Runnable summary = () -> {};
  private volatile @Nullable ColotapeException failure;
  private volatile @Nullable String doubt;

  /** What becomes of a recording that failed. */
  interface Retry {
    /** Nothing: the journal is finished later. */
    Retry NEVER =
        (_, failure) -> {
          throw failure;
        };

    /**
     * Waits until it may go on.
     *
     * @return reads the journal once more
     * @throws ColotapeException the failure, if it can't go on
     */
    JournalReader again(JournalFolder folder, ColotapeException failure);
  }

  private Publication(
      JournalFolder folder,
      JournalReader reader,
      Retry retry,
      Function<Consumer<Event>, EventSink> opener,
      Terminal terminal,
      OutputOptions output) {
    this.folder = folder;
    this.reader = reader;
    this.retry = retry;
    this.opener = opener;
    this.terminal = terminal;
    this.output = output;
  }

  /**
   * Of a recording that is gone on with, or begun in the log when this runs.
   *
   * @param log gives the log that is there now
   */
  static Publication of(
      JournalFolder folder,
      JournalReader reader,
      Retry retry,
      Supplier<RecordingLog> log,
      Terminal terminal,
      OutputOptions output) {
    return new Publication(folder, reader, retry, resuming(folder, log), terminal, output);
  }

  /** The same, whose sink was opened before. */
  static Publication begun(
      JournalFolder folder,
      JournalReader reader,
      Retry retry,
      Supplier<RecordingLog> log,
      EventSink sink,
      Terminal terminal,
      OutputOptions output) {
    Publication begun = of(folder, reader, retry, log, terminal, output);
    begun.opener =
        _ -> {
          begun.opener = resuming(folder, log);
          return sink;
        };
    return begun;
  }

  private static Function<Consumer<Event>, EventSink> resuming(
      JournalFolder folder, Supplier<RecordingLog> log) {
    return present ->
        log.get()
            .resume(
                folder.head().name(), folder.head().id(), folder.head().pagePartitions(), present);
  }

  @Override
  public void run() {
    try (folder) {
      publishAll();
      folder.delete();
    } catch (ColotapeException e) {
      summary.run();
      failure =
          new ColotapeException(
              "recording " + folder.head().name() + " is not sealed: " + e.getMessage(),
              folder.path().toString(),
              "its journal is kept: finish it with 'colotape record --resume "
                  + folder.head().name()
                  + "'",
              e);
    }
  }

  /** What kept it from sealing the recording; null if nothing did. */
  @Nullable ColotapeException failure() {
    return failure;
  }

  /** What the recording lacks although it is sealed, in one line; null if nothing is known. */
  @Nullable String doubt() {
    return doubt;
  }

  private void publishAll() {
    JournalReader from = reader;
    while (true) {
      try (JournalReader now = from) {
        publish(now);
        return;
      } catch (ColotapeException e) {
        from = retry.again(folder, e);
      }
    }
  }

  private void publish(JournalReader from) {
    long begun = System.nanoTime();
    MainWatch watch = new MainWatch();
    JournalFeed feed = new JournalFeed(folder, from);
    Consumer<Event> present =
        event -> {
          watch.see(event);
          feed.present(event);
        };
    try (WatchedSink sink = new WatchedSink(opener.apply(present), watch)) {
      RecordingSession session = feed.begin(sink);
      String end = null;
      try {
        FeedEnd fed = feed.run(session, sink, progress(session, sink));
        session.finish(fed.complete(), fed.reason());
        end = fed.reason();
        doubt = doubt(watch, session);
      } finally {
        double seconds = (System.nanoTime() - begun) / 1e9;
        Summary made = Summary.of(folder.head().name(), session, sink, seconds, end);
        summary = () -> made.print(terminal, output);
      }
      summary.run();
    }
  }

  private @Nullable String doubt(MainWatch watch, RecordingSession session) {
    String what = watch.doubt(session.totals().lastCheckpoint());
    return what == null ? null : "recording " + folder.head().name() + " is doubtful: " + what;
  }

  private Runnable progress(RecordingSession session, WatchedSink sink) {
    Progress line = new Progress(terminal, session.totals(), sink, folder::bytes, System::nanoTime);
    return output.json() ? () -> {} : line;
  }
}
