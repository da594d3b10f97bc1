package org.colotape.analyzer.diagnosis;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.colotape.analyzer.diff.BlockComparison;
import org.colotape.analyzer.verdict.Analysis;
import org.colotape.analyzer.verdict.AnalysisSettings;
import org.colotape.analyzer.verdict.CheckpointVerdict;
import org.colotape.analyzer.verdict.CheckpointVerdict.Compared;
import org.colotape.analyzer.verdict.Doubt;
import org.colotape.analyzer.verdict.RecordingVerdict;
import org.colotape.analyzer.verdict.WatchedSource;
import org.colotape.replayer.replay.Replay;
import org.colotape.replayer.timeline.Fork;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.Recording;
import org.colotape.schema.log.EventSource;
import org.jspecify.annotations.Nullable;

/**
 * Analyses a subject and says what went wrong in it. It is replayed once, and once more for the
 * history of the pages that diverge, if some do.
 */
public final class Examination implements AutoCloseable {
  /** Pages whose history is followed, at most: the ones that diverge first. */
  private static final int MOST_PAGES = 100_000;

  private final Subject subject;
  private final AnalysisSettings settings;
  private final OutOfTurn messages = new OutOfTurn();
  private final EarlyFlush early = new EarlyFlush();
  private final NeedlessFlush needless = new NeedlessFlush();
  private @Nullable Replay replay;

  /** The checkpoint in whose middle the subject begins, or -1. */
  private int half = -1;

  private Examination(Subject subject, AnalysisSettings settings) {
    this.subject = subject;
    this.settings = settings;
  }

  /** Is told how an analysis goes on. */
  @FunctionalInterface
  public interface Progress {
    /** A checkpoint was judged; the replay stands there. */
    void at(CheckpointVerdict verdict, Replay replay);
  }

  /**
   * Examines a subject.
   *
   * @param subject what is analysed
   * @param settings how, with the rules of the subject
   * @param progress is told each checkpoint's verdict as soon as there is one
   */
  public static Diagnosis of(Subject subject, AnalysisSettings settings, Progress progress) {
    try (Examination examination = new Examination(subject, settings)) {
      RecordingVerdict verdict = examination.analyse(progress);
      List<Fault> faults = examination.faults(verdict);
      return new Diagnosis(verdict.doubting(doubts(verdict, faults)), faults);
    }
  }

  /** What is certain and went wrong is no "in step", even where no pages differ. */
  private static List<Doubt> doubts(RecordingVerdict verdict, List<Fault> faults) {
    if (verdict.firstDivergent().isPresent()) {
      return List.of();
    }
    return faults.stream()
        .filter(fault -> fault.confidence() == Fault.Confidence.CERTAIN)
        .map(fault ->
            new Doubt(
                Doubt.Reason.FINDING,
                "checkpoint %d, %s: %s"
                    .formatted(fault.checkpoint(), fault.cause().text(), fault.text())))
        .toList();
  }

  @Override
  public void close() {
    messages.close();
  }

  /** What was said before the subject begins decides what may be said in it. */
  private void hearBefore(Analysis analysis) {
    if (subject.before() < 0) {
      return;
    }
    try (EventSource events = subject.source().openFrom(0)) {
      for (Event event = events.next();
          event != null && event.getSeq() <= subject.before();
          event = events.next()) {
        see(event);
        analysis.hear(event);
        half = event.getKind() == Kind.CHECKPOINT_SEALED ? -1 : event.getCheckpoint();
      }
    }
  }

  private void see(Event event) {
    messages.see(event);
    early.see(event);
    needless.see(event);
  }

  private RecordingVerdict analyse(Progress progress) {
    Analysis analysis =
        Analysis.begin(
            recording(),
            settings,
            (watch, observations) -> {
              Fork fork =
                  subject.open(
                      events -> watch.apply(new WatchedSource(events, this::see)),
                      event -> {
                        observations.observed(event);
                        if (replay != null) {
                          early.observed(event, replay);
                          needless.observed(event, replay);
                        }
                      });
              replay = fork.replay();
              return fork;
            });
    try (analysis) {
      hearBefore(analysis);
      for (CheckpointVerdict next = analysis.next(); next != null; next = analysis.next()) {
        early.settle(next.checkpoint(), analysis.replay());
        needless.settle(next.checkpoint(), analysis.replay());
        progress.at(next, analysis.replay());
      }
      return analysis.result();
    }
  }

  private List<Fault> faults(RecordingVerdict verdict) {
    List<Fault> faults = new ArrayList<>(messages.faults());
    faults.removeIf(fault -> fault.events().stream().allMatch(seq -> seq <= subject.before()));
    faults.addAll(early.faults());
    Fault load = Faults.ofLoad(verdict.loadError());
    if (load != null) {
      faults.add(load);
    }
    Map<PageId, Integer> first = firstDivergent(verdict);
    faults.addAll(needless.faults(first.keySet()));
    // what was observed before the subject begins is not known: work may have had its reason
    faults.removeIf(f -> f.cause() == Cause.NEEDLESS_WORK && f.checkpoint() == half);
    if (!first.isEmpty()) {
      faults.addAll(Faults.grouped(histories(first)));
    }
    return Faults.sorted(faults);
  }

  private List<DiagnosedPage> histories(Map<PageId, Integer> first) {
    Histories histories = new Histories(first);
    if (subject.before() >= 0) {
      EventSource events = subject.source().openFrom(0);
      try (Fork before = Fork.fromStart(events, subject.settings(), histories)) {
        histories.follow(before.replay(), subject.before());
      }
    }
    try (Fork fork = subject.open(UnaryOperator.identity(), histories)) {
      return histories.diagnose(fork.replay());
    }
  }

  private Recording recording() {
    try (EventSource events = subject.source().openFrom(0)) {
      return events.recording();
    }
  }

  private static Map<PageId, Integer> firstDivergent(RecordingVerdict verdict) {
    Map<PageId, Integer> first = new HashMap<>();
    for (Compared checkpoint : verdict.compared()) {
      for (BlockComparison block : checkpoint.blocks()) {
        block
            .differingPages()
            .pages()
            .limit(Math.max(0, MOST_PAGES - first.size()))
            .forEach(page ->
                first.putIfAbsent(new PageId(block.block(), page), checkpoint.checkpoint()));
      }
    }
    return first;
  }
}
