package org.colotape.analyzer.cli.record;

import java.util.function.Consumer;
import java.util.function.Function;
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
  private final Function<Consumer<Event>, EventSink> opener;
  private final Terminal terminal;
  private final OutputOptions output;
  private volatile long done;
  private volatile @Nullable ColotapeException failure;

  private Publication(
      JournalFolder folder,
      JournalReader reader,
      Function<Consumer<Event>, EventSink> opener,
      Terminal terminal,
      OutputOptions output) {
    this.folder = folder;
    this.reader = reader;
    this.opener = opener;
    this.terminal = terminal;
    this.output = output;
  }

  /** Of a recording that is new, and whose sink was opened. */
  static Publication begun(
      JournalFolder folder,
      JournalReader reader,
      EventSink sink,
      Terminal terminal,
      OutputOptions output) {
    return new Publication(folder, reader, present -> sink, terminal, output);
  }

  /** Of a recording that is gone on with, or begun in the log when this runs. */
  static Publication of(
      JournalFolder folder,
      JournalReader reader,
      RecordingLog log,
      Terminal terminal,
      OutputOptions output) {
    return new Publication(
        folder,
        reader,
        present ->
            log.resume(
                folder.head().name(), folder.head().id(), folder.head().pagePartitions(), present),
        terminal,
        output);
  }

  @Override
  public void run() {
    try (folder) {
      try (reader) {
        publish();
      }
      folder.delete();
    } catch (ColotapeException e) {
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

  /** A number that changes as long as it gets on. */
  long done() {
    return done;
  }

  private void publish() {
    long begun = System.nanoTime();
    MainWatch watch = new MainWatch();
    JournalFeed feed = new JournalFeed(folder, reader);
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
      } finally {
        double seconds = (System.nanoTime() - begun) / 1e9;
        Summary.of(folder.head().name(), session, sink, seconds, end).print(terminal, output);
      }
    }
  }

  private Runnable progress(RecordingSession session, WatchedSink sink) {
    Progress line = new Progress(terminal, session.totals(), sink, folder::bytes, System::nanoTime);
    return () -> {
      done = session.totals().events() - sink.unacknowledged();
      if (!output.json()) {
        line.run();
      }
    };
  }
}
