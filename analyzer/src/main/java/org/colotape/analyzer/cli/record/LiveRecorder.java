package org.colotape.analyzer.cli.record;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
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
  /** How long a recorder that was told to stop publishes on; the rest waits in its journal. */
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(6);

  /** How long it waits for a broker that is gone when all was carried: the journal is kept. */
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private final LiveLog log;
  private final LiveSettings settings;
  private final Tap tap;
  private final Terminal terminal;
  private final OutputOptions output;
  private final Interference interference;
  private final List<Publication> publications = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final List<JournalWriter> journals = new ArrayList<>();
  private final Set<ColotapeException> told = new HashSet<>();
  private final Map<JournalWriter, LiveObserver> observers = new HashMap<>();
  private SegmentStock stock = SegmentStock.NONE;
  private @Nullable JournalWriter prepared;
  private int number;
  private volatile @Nullable Instant stopped;

  /**
   * @param log takes the recordings; the caller closes it
   * @param opener opens it again when its broker is gone; what it gives is closed here
   * @param tap carries the migrations
   * @param interference may alter what it carries
   */
  public LiveRecorder(
      RecordingLog log,
      Supplier<RecordingLog> opener,
      LiveSettings settings,
      Tap tap,
      Terminal terminal,
      OutputOptions output,
      Interference interference) {
    this.log = new LiveLog(log, opener, terminal::problem);
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
    } finally {
      log.close();
    }
  }

  private int carry(Runnable ready) {
    if (!settings.keepListening()) {
      prepared = begin(settings.name(), true);
    }
    log.watch(this::look);
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
    stopped = Instant.now();
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
          atOnce
              ? log.current().create(name, head.id(), head.pagePartitions(), Patience.ENDLESS)
              : null;
      JournalWriter journal =
          new JournalWriter(folder, JournalWriter.SEGMENT_BYTES, settings.journalLimit());
      JournalReader reader = JournalReader.behind(folder, journal);
      Publication.Retry retry = (_, failure) -> again(folder, journal, failure);
      start(
          sink == null
              ? Publication.of(folder, reader, retry, log::current, terminal, output)
              : Publication.begun(folder, reader, retry, log::current, sink, terminal, output));
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

  /** Publishes again when the broker is back: at once for as long as migrations come. */
  private JournalReader again(
      JournalFolder folder, JournalWriter journal, ColotapeException failure) {
    boolean more = settings.keepListening() || !journal.isClosed();
    if (!log.awaitBack(() -> stopped == null, more ? Duration.ofDays(1000) : PATIENCE)) {
      throw failure;
    }
    return JournalReader.again(folder, journal);
  }

  /** Tells at once what would else be told when the tap ends, which may be never. */
  private synchronized void look() {
    if (settings.keepListening()) {
      failures().stream().filter(told::add).forEach(this::problem);
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
    List<ColotapeException> failures = new ArrayList<>(failures());
    if (failure != null) {
      failures.addFirst(failure);
    }
    boolean failed = !failures.isEmpty();
    failures.removeAll(told);
    if (failures.size() == 1 && told.isEmpty()) {
      throw failures.getFirst();
    }
    failures.forEach(this::problem);
    List<String> doubts =
        publications.stream().map(Publication::doubt).filter(Objects::nonNull).toList();
    doubts.forEach(terminal::problem);
    if (failed) {
      return ExitCode.FAILED;
    }
    return doubts.isEmpty() ? ExitCode.OK : ExitCode.UNDECIDED;
  }

  private List<ColotapeException> failures() {
    return Stream.concat(
            journals.stream().map(JournalWriter::failure),
            publications.stream().map(Publication::failure))
        .flatMap(Stream::ofNullable)
        .toList();
  }

  /** Waits for a publication; all that are not done soon after a stop are ended. */
  private void await(Thread thread) {
    try {
      while (!thread.join(Duration.ofMillis(100))) {
        Instant end = stopped;
        if (end != null && Instant.now().isAfter(end.plus(STOP_PATIENCE))) {
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
    log.current().list().forEach(recording -> names.add(recording.getName()));
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
