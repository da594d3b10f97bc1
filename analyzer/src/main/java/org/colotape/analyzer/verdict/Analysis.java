package org.colotape.analyzer.verdict;

import java.util.ArrayList;
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
import org.colotape.replayer.timeline.Fork;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.Memory;
import org.colotape.schema.event.Observation;
import org.colotape.schema.event.Recording;
import org.colotape.schema.log.EventSource;
import org.colotape.schema.wire.ReadOnlyBlocks;
import org.jspecify.annotations.Nullable;

/** Replays a recording, compares the memories behind each checkpoint, and comes to a verdict. */
public final class Analysis implements AutoCloseable {
  private final AnalysisSettings settings;
  private final Recording recording;
  private final Fork fork;
  private final Replay replay;
  private final MemoryDiff diff;
  private final RemarkCollector remarks = new RemarkCollector();

  /** Pages that the stream carried since the last checkpoint. */
  private long pagesSent;

  /** Number of divergent checkpoints that evidence was kept of. */
  private int evident;

  private final List<CheckpointVerdict> checkpoints = new ArrayList<>();

  /** The checkpoint that was reached last, or -1. */
  private int last = -1;

  private boolean atEnd;

  private Analysis(Recording recording, AnalysisSettings settings, ReplayOpener opener) {
    this.settings = settings;
    this.recording = recording;
    this.fork = opener.open(source -> new WatchedSource(source, this::see), this::observe);
    this.replay = fork.replay();
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
    ReplayOpener fromStart =
        (watch, observations) ->
            Fork.fromStart(watch.apply(source), settings.replay(), observations);
    try (Analysis analysis = begin(source.recording(), settings, fromStart)) {
      for (CheckpointVerdict next = analysis.next(); next != null; next = analysis.next()) {
        progress.accept(next);
      }
      return analysis.result();
    }
  }

  /**
   * Begins an analysis that goes on from checkpoint to checkpoint by {@link #next}.
   *
   * @param recording what is analysed
   * @param opener begins the replay, under the rules of the settings
   */
  public static Analysis begin(
      Recording recording, AnalysisSettings settings, ReplayOpener opener) {
    return new Analysis(recording, settings, opener);
  }

  /**
   * Takes an event that came before those that are analysed: what was said there decides what may
   * be said in them. Must be called before {@link #next}.
   */
  public void hear(Event event) {
    remarks.hear(event);
  }

  /**
   * Goes on to the next checkpoint.
   *
   * @return the verdict on it, or null if there is none, or it is beyond the one to stop behind
   * @throws ColotapeException as {@link #of}
   */
  public @Nullable CheckpointVerdict next() {
    CheckpointReached reached = last < settings.lastCheckpoint() ? replay.next() : null;
    if (reached == null) {
      atEnd = last < settings.lastCheckpoint();
      return null;
    }
    last = reached.checkpoint();
    CheckpointVerdict verdict = verdict(reached);
    checkpoints.add(verdict);
    return verdict;
  }

  /**
   * The verdict on all checkpoints, when there is no next one.
   *
   * @throws ColotapeException if the recording has no checkpoint to stop behind
   */
  public RecordingVerdict result() {
    if (settings.lastCheckpoint() != AnalysisSettings.ALL && last != settings.lastCheckpoint()) {
      throw noSuchCheckpoint();
    }
    List<Remark> remarked = atEnd ? remarks.atEnd(recording) : remarks.soFar();
    return new RecordingVerdict(
        recording.getName(),
        settings.rules(),
        List.copyOf(checkpoints),
        replay.loadError(),
        remarks.migration(),
        remarked,
        Doubts.of(
            checkpoints,
            replay.loadError(),
            remarked,
            atEnd ? remarks.heardAtEnd() : remarks.heard()));
  }

  /** The replay that is analysed. */
  public Replay replay() {
    return replay;
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
      boolean guests = !ReadOnlyBlocks.contain(block.block());
      if (observed && guests && !differing.isEmpty()) {
        remarks.add(new Remark.RunningSvm(checkpoint, block.block(), differing.size()));
      }
    }
  }

  /** Why the memories need not agree behind this checkpoint, or null if they must. */
  private @Nullable Reason whyNot(CheckpointReached reached) {
    if (!reached.complete()) {
      return remarks.isOnlyRequested() ? Reason.NOT_SENT : Reason.INCOMPLETE;
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
    if (isBeforeFlush(event, seen)) {
      return;
    }
    String problem = diff.observe(seen);
    if (problem != null) {
      remarks.add(
          new UnusedObservation(
              seen.getMemory(), seen.getBlock(), event.getCheckpoint(), event.getSeq(), problem));
    }
  }

  /** What the SVM's guest has made of its memory up to the flush is not what is left behind it. */
  private boolean isBeforeFlush(Event event, Observation seen) {
    return seen.getMemory() == Memory.SVM && event.getCheckpoint() > 0 && !replay.flushed();
  }

  private static long written(GuestMemory memory) {
    return memory.blocks().stream().mapToLong(RamBlockMemory::writtenCount).sum();
  }

  private ColotapeException noSuchCheckpoint() {
    return new ColotapeException(
        "no checkpoint " + settings.lastCheckpoint(),
        "recording " + recording.getName(),
        last < 0 ? "it has none" : "the last one is " + last);
  }

  @Override
  public void close() {
    diff.close();
    fork.close();
  }
}
