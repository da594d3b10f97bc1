package org.colotape.analyzer.excerpt;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.colotape.analyzer.verdict.Analysis;
import org.colotape.analyzer.verdict.AnalysisSettings;
import org.colotape.replayer.timeline.SnapshotCache;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.files.OwnerOnly;
import org.colotape.schema.log.EventSource;
import org.colotape.schema.log.SeekableRecording;
import org.colotape.schema.tape.Tape;
import org.colotape.schema.tape.TapeSink;

/**
 * The smallest excerpt of a recording in which the same pages diverge behind the same checkpoints,
 * with the same contents: only those pages, from the first of those checkpoints to the last, and
 * only the events that it takes.
 */
public final class SmallestExcerpt implements AutoCloseable {
  /** Of how many pages of each checkpoint the contents must stay the same, too. */
  private static final int EVIDENCE = 4096;

  private static final int MOST_TESTS = 1000;

  /** Without these no excerpt is a recording of the protocol. */
  private static final Set<Kind> KEPT =
      Set.of(
          Kind.RECORDING_START,
          Kind.ALTERED,
          Kind.START_STATE,
          Kind.RAM_BLOCK_LIST,
          Kind.COLO_MESSAGE,
          Kind.END_OF_SECTIONS,
          Kind.CHECKPOINT_SEALED,
          Kind.RECORDING_END);

  private final SeekableRecording recording;
  private final AnalysisSettings settings;
  private final SnapshotCache snapshots;
  private final Path file;
  private BitSet without = new BitSet();

  private SmallestExcerpt(
      SeekableRecording recording, AnalysisSettings settings, SnapshotCache snapshots, Path file) {
    this.recording = recording;
    this.settings = settings.withEvidence(EVIDENCE);
    this.snapshots = snapshots;
    this.file = file;
  }

  /**
   * Finds it.
   *
   * @param recording the recording
   * @param scope where to look for divergent pages
   * @param settings how to analyse
   * @param snapshots help to get to the first divergent checkpoint
   * @param progress is told what goes on
   * @throws ColotapeException if nothing diverges, the excerpt can't begin there, the recording
   *     can't be read, or space runs out
   */
  public static SmallestExcerpt of(
      SeekableRecording recording,
      Scope scope,
      AnalysisSettings settings,
      SnapshotCache snapshots,
      Consumer<String> progress) {
    SmallestExcerpt smallest =
        new SmallestExcerpt(recording, settings, snapshots, temporary(settings));
    try {
      smallest.find(scope, progress);
      return smallest;
    } catch (RuntimeException e) {
      smallest.close();
      throw e;
    }
  }

  /** Its events. */
  public EventSource open() {
    return new PartialTape(Tape.of(file), without);
  }

  @Override
  public void close() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException("deleting " + file, e);
    }
  }

  private void find(Scope scope, Consumer<String> progress) {
    progress.accept("looking for divergent pages");
    Shown shown;
    try (EventSource whole = ExcerptSource.open(recording, scope, settings.replay(), snapshots)) {
      shown = analyse(whole);
    }
    if (shown.isEmpty()) {
      throw new ColotapeException(
          "nothing diverges there", scope.text(), "leave --only-divergent out, or choose more");
    }
    List<Event> removable = write(scope, shown);
    if (!shows(shown, new BitSet())) {
      throw new ColotapeException(
          "the divergent pages alone do not diverge in the same way",
          scope.text(),
          "leave --only-divergent out");
    }
    DeltaDebugging<Integer> search =
        new DeltaDebugging<>(
            part -> {
              progress.accept("trying " + part.size() + " of " + removable.size() + " events");
              return shows(shown, allBut(removable, part));
            },
            MOST_TESTS);
    without = allBut(removable, search.minimise(seqs(removable)));
  }

  /** Writes the excerpt that is to become smaller; of the events that may go, the heads. */
  private List<Event> write(Scope scope, Shown shown) {
    Integer from = Integer.valueOf(shown.first());
    Scope narrow = new Scope(from, shown.last(), scope.blocks());
    List<String> steps =
        List.of(
            "excerpt of checkpoints " + shown.first() + " to " + shown.last(),
            "only what shows that pages diverge");
    List<Event> removable = new ArrayList<>();
    try (EventSource source =
            ExcerptSource.open(
                recording, narrow, shown.pages(), steps, settings.replay(), snapshots);
        TapeSink tape = TapeSink.create(file, source.recording())) {
      for (Event event = source.next(); event != null; event = source.next()) {
        tape.accept(event);
        if (!KEPT.contains(event.getKind())) {
          removable.add(Events.beside(event, event.getKind(), event.getCheckpoint()));
          removable.getLast().setSeq(event.getSeq());
        }
      }
      tape.seal();
    }
    // pieces of one kind are most often of the same use
    removable.sort(Comparator.comparing(Event::getKind).thenComparingLong(Event::getSeq));
    return removable;
  }

  private boolean shows(Shown shown, BitSet left) {
    try (EventSource part = new PartialTape(Tape.of(file), left)) {
      return analyse(part).equals(shown);
    }
  }

  private Shown analyse(EventSource source) {
    return Shown.of(Analysis.of(source, settings, checkpoint -> {}));
  }

  private static List<Integer> seqs(List<Event> events) {
    return events.stream().map(event -> (int) event.getSeq()).toList();
  }

  private static BitSet allBut(List<Event> removable, List<Integer> kept) {
    BitSet without = new BitSet();
    seqs(removable).forEach(without::set);
    kept.forEach(without::clear);
    return without;
  }

  private static Path temporary(AnalysisSettings settings) {
    try {
      Path folder = OwnerOnly.folder(settings.scratch().directory());
      Path file = Files.createTempFile(folder, "colotape-", ".tape");
      Files.delete(file);
      return file;
    } catch (IOException e) {
      throw new ColotapeException(
          "cannot write there: " + e.getMessage(),
          settings.scratch().directory().toString(),
          "choose another --home",
          e);
    }
  }
}
