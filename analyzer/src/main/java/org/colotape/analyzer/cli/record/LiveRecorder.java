package org.colotape.analyzer.cli.record;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.colotape.analyzer.cli.frame.ExitCode;
import org.colotape.analyzer.cli.frame.OutputOptions;
import org.colotape.analyzer.cli.frame.Terminal;
import org.colotape.analyzer.cli.frame.Version;
import org.colotape.recorder.feed.AnswerHold;
import org.colotape.recorder.feed.Interference;
import org.colotape.recorder.feed.Migrations;
import org.colotape.recorder.feed.Tap;
import org.colotape.recorder.journal.JournalFolder;
import org.colotape.recorder.journal.JournalHead;
import org.colotape.recorder.journal.JournalReader;
import org.colotape.recorder.journal.JournalWriter;
import org.colotape.recorder.journal.SegmentStock;
import org.colotape.recorder.observe.LiveObserver;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.event.RecordingStart;
import org.colotape.schema.log.EventSink;
import org.colotape.schema.log.Patience;
import org.colotape.schema.log.RecordingLog;
import org.jspecify.annotations.Nullable;

/** Records what a tap carries: each migration has a journal and a thread that publishes it. */
public final class LiveRecorder implements Migrations {
  /** How long a log may take nothing before a recorder that was told to stop gives up. */
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(10);

  private final RecordingLog log;
  private final LiveSettings settings;
  private final Tap tap;
  private final Terminal terminal;
  private final OutputOptions output;
  private final Interference interference;
  private final List<Publication> publications = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final List<JournalWriter> journals = new ArrayList<>();
  private final Map<JournalWriter, LiveObserver> observers = new HashMap<>();
  private SegmentStock stock = SegmentStock.NONE;
  private @Nullable JournalWriter prepared;
  private int number;
  private volatile boolean stopped;

  /**
   * @param log takes the recordings
   * @param tap carries the migrations
   * @param interference may alter what it carries
   */
  public LiveRecorder(
      RecordingLog log,
      LiveSettings settings,
      Tap tap,
      Terminal terminal,
      OutputOptions output,
      Interference interference) {
    this.log = log;
    this.settings = settings;
    this.tap = tap;
    this.terminal = terminal;
    this.output = output;
    this.interference = interference;
    this.number = settings.keepListening() ? lastNumber() : 0;
  }

  /**
   * Carries migrations and records them.
   *
   * @param ready run when they can come
   * @return the exit code
   * @throws ColotapeException if the recording can't be made, or has failed
   */
  public int run(Runnable ready) {
    try (SegmentStock segments =
        SegmentStock.prepare(
            settings.journals(), JournalWriter.SEGMENT_BYTES, settings.journalReady())) {
      stock = segments;
      return carry(ready);
    }
  }

  private int carry(Runnable ready) {
    if (!settings.keepListening()) {
      prepared = begin(settings.name(), true);
    }
    ready.run();
    ColotapeException failure = null;
    try {
      tap.run(this);
    } catch (ColotapeException e) {
      failure = e;
    }
    threads().forEach(this::await);
    observers.values().forEach(LiveObserver::close);
    return report(failure);
  }

  /** Ends what is carried, and soon the recorder. */
  public void stop() {
    stopped = true;
    tap.close();
  }

  @Override
  public synchronized JournalWriter begin() {
    JournalWriter ready = prepared;
    if (ready != null) {
      prepared = null;
      return ready;
    }
    number++;
    return begin(settings.name() + "-" + number, false);
  }

  @Override
  public synchronized AnswerHold hold(JournalWriter journal) {
    LiveObserver observer = observers.get(journal);
    return observer == null ? AnswerHold.NONE : observer;
  }

  @Override
  public Interference interference() {
    return interference;
  }

  private void observed(String line) {
    if (output.json()) {
      output.printJson(new Observed(line));
    } else {
      terminal.line(line);
    }
    terminal.flush();
  }

  @Override
  public void problem(ColotapeException problem) {
    terminal.problem(String.valueOf(problem.getMessage()));
  }

  /**
   * Begins a recording.
   *
   * @param atOnce true to begin it in the log now: that may take a moment, and may fail
   */
  private synchronized JournalWriter begin(String name, boolean atOnce) {
    JournalHead head =
        new JournalHead(
            Recorder.randomId(),
            new RecordingStart(
                name,
                Version.text(),
                Stream.concat(tap.sources().stream(), settings.notes().stream()).toList(),
                true,
                settings.capabilities(),
                true),
            Recorder.wallClock(),
            settings.partitions(),
            settings.log());
    JournalFolder folder = JournalFolder.create(settings.journals(), head, stock);
    try {
      EventSink sink =
          atOnce ? log.create(name, head.id(), head.pagePartitions(), Patience.ENDLESS) : null;
      JournalWriter journal =
          new JournalWriter(folder, JournalWriter.SEGMENT_BYTES, settings.journalLimit());
      JournalReader reader = JournalReader.behind(folder, journal);
      start(
          sink == null
              ? Publication.of(folder, reader, log, terminal, output)
              : Publication.begun(folder, reader, sink, terminal, output));
      journals.add(journal);
      if (!settings.observers().targets().isEmpty()) {
        observers.put(
            journal, new LiveObserver(settings.observers(), folder, journal, this::observed));
      }
      return journal;
    } catch (ColotapeException e) {
      folder.delete();
      throw e;
    }
  }

  private void start(Publication publication) {
    publications.add(publication);
    threads.add(Thread.ofPlatform().name("colotape-publish").start(publication));
  }

  private synchronized List<Thread> threads() {
    return List.copyOf(threads);
  }

  private synchronized int report(@Nullable ColotapeException failure) {
    List<ColotapeException> failures = new ArrayList<>();
    if (failure != null) {
      failures.add(failure);
    }
    for (JournalWriter journal : journals) {
      ColotapeException cut = journal.failure();
      if (cut != null) {
        failures.add(cut);
      }
    }
    for (Publication publication : publications) {
      ColotapeException unsealed = publication.failure();
      if (unsealed != null) {
        failures.add(unsealed);
      }
    }
    if (failures.size() == 1) {
      throw failures.getFirst();
    }
    failures.forEach(this::problem);
    return failures.isEmpty() ? ExitCode.OK : ExitCode.FAILED;
  }

  /** Waits for a publication; one that does not get on although all should stop is ended. */
  private void await(Thread thread) {
    Publication publication = publications.get(threads.indexOf(thread));
    long done = publication.done();
    long since = System.nanoTime();
    try {
      while (!thread.join(Duration.ofMillis(100))) {
        if (!stopped || publication.done() != done) {
          done = publication.done();
          since = System.nanoTime();
        } else if (System.nanoTime() - since > STOP_PATIENCE.toNanos()) {
          thread.interrupt();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      thread.interrupt();
    }
  }

  /** The highest number that a recording or a journal of this name has. */
  private int lastNumber() {
    List<String> names = new ArrayList<>();
    log.list().forEach(recording -> names.add(recording.getName()));
    JournalFolder.all(settings.journals()).stream()
        .map(Path::getFileName)
        .forEach(name -> names.add(String.valueOf(name)));
    String lead = settings.name() + "-";
    return names.stream()
        .filter(name -> name.startsWith(lead))
        .map(name -> name.substring(lead.length()))
        .filter(rest -> rest.matches("\\d{1,9}"))
        .mapToInt(Integer::parseInt)
        .max()
        .orElse(0);
  }

  /** How an observation went, as {@code --json} prints it. */
  private record Observed(String observation) {}
}
