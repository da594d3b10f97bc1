package org.colotape.analyzer.qualification;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.colotape.analyzer.lab.Lab;
import org.colotape.recorder.feed.AnswerHold;
import org.colotape.recorder.feed.FeedEnd;
import org.colotape.recorder.feed.Interference;
import org.colotape.recorder.feed.JournalFeed;
import org.colotape.recorder.feed.Migrations;
import org.colotape.recorder.feed.Tap;
import org.colotape.recorder.journal.JournalFolder;
import org.colotape.recorder.journal.JournalHead;
import org.colotape.recorder.journal.JournalReader;
import org.colotape.recorder.journal.JournalWriter;
import org.colotape.recorder.observe.LiveObserver;
import org.colotape.recorder.observe.ObserverSettings;
import org.colotape.recorder.session.RecordingSession;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.event.Recording;
import org.colotape.schema.event.RecordingId;
import org.colotape.schema.event.RecordingStart;
import org.colotape.schema.event.RecordingState;
import org.colotape.schema.log.EventSink;
import org.colotape.schema.log.RecordingTotals;
import org.colotape.schema.tape.TapeSink;

/**
 * Records what the tap of a lab carries on a tape: into a journal while it runs, and of the journal
 * when it is over, so that parsing takes nothing from the machines.
 */
final class TapRecording implements Migrations {
  private static final Duration HOLD = Duration.ofSeconds(2);
  private static final int ID_BYTES = 16;

  private final Lab lab;
  private final JournalWriter journal;
  private final LiveObserver observer;
  private final Consumer<String> report;

  private TapRecording(
      Lab lab, JournalWriter journal, LiveObserver observer, Consumer<String> report) {
    this.lab = lab;
    this.journal = journal;
    this.observer = observer;
    this.report = report;
  }

  /**
   * Runs a lab that is prepared, and records it.
   *
   * @param recorder what the recording says of who made it
   * @param name of the recording
   * @param journals folder for the journal
   * @param tape file to be made
   * @param report takes a line for each observation
   */
  static void run(
      Lab lab, String recorder, String name, Path journals, Path tape, Consumer<String> report) {
    try (Tap tap = Tap.listen(lab.listen(), lab.forward(), false)) {
      List<String> sources = new ArrayList<>(tap.sources());
      sources.add("lab: " + lab.description());
      JournalHead head =
          new JournalHead(
              randomId(),
              new RecordingStart(name, recorder, sources, true, List.of(), true),
              wallClock(),
              1,
              tape.toString());
      try (JournalFolder folder = JournalFolder.create(journals, head);
          JournalWriter journal =
              new JournalWriter(folder, JournalWriter.SEGMENT_BYTES, Long.MAX_VALUE)) {
        carry(lab, tap, folder, journal, report);
        publish(folder, journal, tape);
      }
    }
  }

  private static void carry(
      Lab lab, Tap tap, JournalFolder folder, JournalWriter journal, Consumer<String> report) {
    ObserverSettings settings = new ObserverSettings(lab.targets(), 1, HOLD);
    try (LiveObserver observer = new LiveObserver(settings, folder, journal, report)) {
      lab.begin(tap::close);
      tap.run(new TapRecording(lab, journal, observer, report));
    }
    ColotapeException cut = journal.failure();
    if (cut != null) {
      throw cut;
    }
  }

  private static void publish(JournalFolder folder, JournalWriter journal, Path tape) {
    JournalHead head = folder.head();
    Recording opened =
        Recording.newBuilder()
            .setId(head.id())
            .setName(head.name())
            .setState(RecordingState.OPEN)
            .setCreatedAt(TimeUnit.NANOSECONDS.toMillis(head.time()))
            .setPagePartitions(head.pagePartitions())
            .build();
    // a tape begins with what it holds: the first run only counts, and may delete nothing
    RecordingTotals totals = new RecordingTotals();
    folder.keepFrom(0);
    feed(folder, journal, new CountingSink(totals));
    try (TapeSink sink =
        TapeSink.create(tape, totals.describe(opened, RecordingState.SEALED, ""))) {
      feed(folder, journal, sink);
    }
  }

  private static void feed(JournalFolder folder, JournalWriter journal, EventSink sink) {
    try (JournalReader reader = JournalReader.behind(folder, journal)) {
      JournalFeed feed = new JournalFeed(folder, reader);
      RecordingSession session = feed.begin(sink);
      FeedEnd end = feed.run(session, sink, () -> {});
      session.finish(end.complete(), end.reason());
    }
  }

  @Override
  public JournalWriter begin() {
    return journal;
  }

  @Override
  public AnswerHold hold(JournalWriter of) {
    return observer;
  }

  @Override
  public Interference interference() {
    return lab.link();
  }

  @Override
  public void problem(ColotapeException problem) {
    report.accept(String.valueOf(problem.getMessage()));
  }

  private static long wallClock() {
    Instant now = Instant.now();
    return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
  }

  private static RecordingId randomId() {
    UUID uuid = UUID.randomUUID();
    return new RecordingId(
        ByteBuffer.allocate(ID_BYTES)
            .putLong(uuid.getMostSignificantBits())
            .putLong(uuid.getLeastSignificantBits())
            .array());
  }
}
