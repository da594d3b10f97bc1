package org.colotape.analyzer.diagnosis;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.colotape.analyzer.diff.BlockComparison;
import org.colotape.analyzer.verdict.Analysis;
import org.colotape.analyzer.verdict.AnalysisSettings;
import org.colotape.analyzer.verdict.CheckpointVerdict;
import org.colotape.analyzer.verdict.CheckpointVerdict.Compared;
import org.colotape.analyzer.verdict.RecordingVerdict;
import org.colotape.replayer.replay.Replay;
import org.colotape.replayer.replay.ReplayError;
import org.colotape.replayer.timeline.Fork;
import org.colotape.schema.log.EventSource;
import org.colotape.schema.log.SeekableRecording;
import org.jspecify.annotations.Nullable;

/**
 * The verdict on a recording and what went wrong in it.
 *
 * @param verdict the verdict
 * @param faults what went wrong, the earliest first; empty if nothing did
 */
public record Diagnosis(RecordingVerdict verdict, List<Fault> faults) {
  /** Pages whose history is followed, at most: the ones that diverge first. */
  private static final int MOST_PAGES = 100_000;

  /**
   * Analyses a recording and says why memories differ. It is read a second time if some do.
   *
   * @param recording the recording
   * @param settings how to analyse
   * @param progress is told each checkpoint's verdict as soon as there is one
   */
  public static Diagnosis of(
      SeekableRecording recording,
      AnalysisSettings settings,
      Consumer<CheckpointVerdict> progress) {
    EarlyFlush early = new EarlyFlush();
    NeedlessFlush needless = new NeedlessFlush();
    RecordingVerdict verdict;
    List<Fault> faults = new ArrayList<>();
    try (EventSource source = recording.openFrom(0);
        OutOfTurn messages = new OutOfTurn()) {
      Replay[] replay = new Replay[1];
      Analysis analysis =
          Analysis.begin(
              source.recording(),
              settings,
              (watch, observations) -> {
                Fork fork =
                    Fork.fromStart(
                        watch.apply(
                            new Overheard(
                                source,
                                event -> {
                                  messages.see(event);
                                  early.see(event);
                                  needless.see(event);
                                })),
                        settings.replay(),
                        event -> {
                          observations.observed(event);
                          if (replay[0] != null) {
                            early.observed(event, replay[0]);
                            needless.observed(event, replay[0]);
                          }
                        });
                replay[0] = fork.replay();
                return fork;
              });
      try (analysis) {
        for (CheckpointVerdict next = analysis.next(); next != null; next = analysis.next()) {
          progress.accept(next);
        }
        verdict = analysis.result();
      }
      faults.addAll(messages.faults());
    }
    early.pages().forEach((checkpoint, pages) -> faults.add(Faults.early(checkpoint, pages)));
    Fault load = ofLoad(verdict.loadError());
    if (load != null) {
      faults.add(load);
    }
    Map<PageId, Integer> first = firstDivergent(verdict);
    faults.addAll(needless.faults(first.keySet()));
    if (!first.isEmpty()) {
      try (EventSource source = recording.openFrom(0);
          Histories histories = new Histories(source, settings, first)) {
        faults.addAll(Faults.grouped(histories.run()));
      }
    }
    faults.sort(
        Comparator.comparingInt(Fault::checkpoint)
            .thenComparing(fault -> !fault.pages().isEmpty())
            .thenComparing(Fault::size, Comparator.reverseOrder())
            .thenComparing(Fault::cause));
    return new Diagnosis(verdict, List.copyOf(faults));
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

  private static @Nullable Fault ofLoad(@Nullable ReplayError error) {
    if (error == null) {
      return null;
    }
    return switch (error.reason()) {
      case ILLEGAL_OFFSET, BLOCK_WITHOUT_CACHE -> Faults.ofLoad(Cause.BEYOND_USED_LENGTH, error);
      case BAD_PAGE_DATA ->
          Faults.ofLoad(
              error.detail().startsWith("XBZRLE") ? Cause.TORN : Cause.DAMAGED_BITS, error);
      case UNKNOWN_BLOCK, BAD_COMMAND, BAD_BLOCK_LIST, UNPARSED_BYTES, MISSING_CHANNEL -> null;
    };
  }
}
