package org.colotape.analyzer.verdict;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.Consumer;
import org.colotape.analyzer.diff.BlockComparison;
import org.colotape.analyzer.diff.Divergence;
import org.colotape.analyzer.diff.MemoryDiff;
import org.colotape.analyzer.diff.MemoryPair;
import org.colotape.analyzer.diff.PageSet;
import org.colotape.analyzer.diff.Source;
import org.colotape.analyzer.verdict.CheckpointVerdict.Compared;
import org.colotape.analyzer.verdict.CheckpointVerdict.NotCompared;
import org.colotape.analyzer.verdict.CheckpointVerdict.Reason;
import org.colotape.analyzer.verdict.Remark.UnusedObservation;
import org.colotape.replayer.memory.GuestMemory;
import org.colotape.replayer.memory.RamBlockMemory;
import org.colotape.replayer.replay.CheckpointReached;
import org.colotape.replayer.replay.Replay;
import org.colotape.replayer.replay.ReplaySettings;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.Memory;
import org.colotape.schema.event.Observation;
import org.colotape.schema.log.EventSource;
import org.jspecify.annotations.Nullable;

/** Replays a recording, compares the memories behind each checkpoint, and comes to a verdict. */
public final class Analysis implements AutoCloseable {
  private final AnalysisSettings settings;
  private final EventSource source;
  private final Replay replay;
  private final MemoryDiff diff;
  private final RemarkCollector remarks = new RemarkCollector();

  /** Pages that the stream carried since the last checkpoint. */
  private long pagesSent;

  /** Number of divergent checkpoints that evidence was kept of. */
  private int evident;

  private Analysis(EventSource source, AnalysisSettings settings) {
    this.settings = settings;
    this.source = source;
    ReplaySettings full =
        ReplaySettings.of(settings.rules(), settings.scratch()).withPvmModel().withLastWriters();
    this.replay = new Replay(new WatchedSource(source, this::see), full, this::observe);
    this.diff = new MemoryDiff(replay.pvm(), replay.cache(), replay.svm(), settings.scratch());
  }

  /**
   * Analyses a recording.
   *
   * @param source the recording, at its first event; the caller closes it
   * @param progress is told each checkpoint's verdict as soon as there is one
   * @throws ColotapeException if the recording can't be read, lacks events or the checkpoint to
   *     stop behind, or memory runs out
   */
  public static RecordingVerdict of(
      EventSource source, AnalysisSettings settings, Consumer<CheckpointVerdict> progress) {
    try (Analysis analysis = new Analysis(source, settings)) {
      return analysis.run(progress);
    }
  }

  private RecordingVerdict run(Consumer<CheckpointVerdict> progress) {
    List<CheckpointVerdict> checkpoints = new ArrayList<>();
    int last = -1;
    CheckpointReached reached = replay.next();
    while (reached != null) {
      CheckpointVerdict verdict = verdict(reached);
      checkpoints.add(verdict);
      progress.accept(verdict);
      last = reached.checkpoint();
      reached = last < settings.lastCheckpoint() ? replay.next() : null;
    }
    boolean stopped = last >= settings.lastCheckpoint();
    if (settings.lastCheckpoint() != AnalysisSettings.ALL && last != settings.lastCheckpoint()) {
      throw noSuchCheckpoint(last);
    }
    return new RecordingVerdict(
        source.recording().getName(),
        settings.rules(),
        List.copyOf(checkpoints),
        replay.loadError(),
        stopped ? remarks.soFar() : remarks.atEnd(source.recording()));
  }

  private CheckpointVerdict verdict(CheckpointReached reached) {
    diff.advance();
    long sent = pagesSent;
    pagesSent = 0;
    long written = written(replay.pvm());
    Reason reason = whyNot(reached);
    CheckpointVerdict verdict;
    if (reason == null) {
      List<BlockComparison> blocks = diff.compare();
      List<Divergence> evidence = evidence(reached.checkpoint());
      note(reached.checkpoint(), blocks);
      verdict = new Compared(reached.checkpoint(), sent, written, blocks, evidence);
    } else {
      verdict = new NotCompared(reached.checkpoint(), sent, written, reason);
    }
    diff.nextCheckpoint();
    return verdict;
  }

  private List<Divergence> evidence(int checkpoint) {
    if (evident == AnalysisSettings.EVIDENT_CHECKPOINTS) {
      return List.of();
    }
    List<Divergence> evidence = diff.divergences(checkpoint, settings.evidence());
    evident += evidence.isEmpty() ? 0 : 1;
    return evidence;
  }

  /**
   * The SVM runs again before it says that it has loaded the checkpoint, so it is never observed at
   * rest.
   */
  private void note(int checkpoint, List<BlockComparison> blocks) {
    for (BlockComparison block : blocks) {
      boolean observed = block.sources().getOrDefault(Memory.SVM, Source.MODEL) != Source.MODEL;
      PageSet differing = block.differing(MemoryPair.CACHE_SVM);
      if (observed && !differing.isEmpty()) {
        remarks.add(new Remark.RunningSvm(checkpoint, block.block(), differing.size()));
      }
    }
  }

  /** Why the memories need not agree behind this checkpoint, or null if they must. */
  private @Nullable Reason whyNot(CheckpointReached reached) {
    if (!reached.complete()) {
      return Reason.INCOMPLETE;
    }
    if (replay.loadError() != null) {
      return Reason.LOAD_ENDED;
    }
    return reached.checkpoint() > 0 && !reached.flushed() ? Reason.NOT_FLUSHED : null;
  }

  private void see(Event event) {
    remarks.see(event);
    if (event.getKind() == Kind.PAGE) {
      pagesSent += event.getPage().getPages();
    }
  }

  private void observe(Event event) {
    Observation seen = event.getObservation();
    String problem = diff.observe(seen);
    if (problem != null) {
      remarks.add(
          new UnusedObservation(
              seen.getMemory(), seen.getBlock(), event.getCheckpoint(), event.getSeq(), problem));
    }
  }

  private static long written(GuestMemory memory) {
    return memory.blocks().stream()
        .map(RamBlockMemory::written)
        .mapToLong(BitSet::cardinality)
        .sum();
  }

  private ColotapeException noSuchCheckpoint(int last) {
    return new ColotapeException(
        "no checkpoint " + settings.lastCheckpoint(),
        "recording " + source.recording().getName(),
        last < 0 ? "it has none" : "the last one is " + last);
  }

  @Override
  public void close() {
    diff.close();
    replay.close();
  }
}
