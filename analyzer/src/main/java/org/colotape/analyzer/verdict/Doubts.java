package org.colotape.analyzer.verdict;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.colotape.analyzer.verdict.CheckpointVerdict.Compared;
import org.colotape.analyzer.verdict.CheckpointVerdict.NotCompared;
import org.colotape.analyzer.verdict.Remark.NoContents;
import org.colotape.replayer.replay.ReplayError;
import org.jspecify.annotations.Nullable;

/** Weighs what an analysis has seen: what of it keeps from "in step". */
final class Doubts {
  /** Checkpoints that are named one by one. */
  private static final int NAMED = 3;

  private Doubts() {}

  /**
   * All doubts, the gravest first.
   *
   * @param checkpoints the verdicts
   * @param loadError what ended the load, or null
   * @param remarks what was remarked
   * @param heard doubts about what the sides said
   */
  static List<Doubt> of(
      List<CheckpointVerdict> checkpoints,
      @Nullable ReplayError loadError,
      List<Remark> remarks,
      List<Doubt> heard) {
    List<Doubt> doubts = new ArrayList<>(heard);
    ofCheckpoints(checkpoints, loadError, doubts);
    remarks.forEach(remark -> ofRemark(remark, doubts));
    return doubts.stream().distinct().toList();
  }

  private static void ofCheckpoints(
      List<CheckpointVerdict> checkpoints, @Nullable ReplayError loadError, List<Doubt> doubts) {
    List<NotCompared> skipped =
        checkpoints.stream()
            .filter(NotCompared.class::isInstance)
            .map(NotCompared.class::cast)
            .filter(checkpoint -> checkpoint.reason().isDoubt())
            .toList();
    if (checkpoints.stream().noneMatch(Compared.class::isInstance)) {
      doubts.add(
          new Doubt(
              Doubt.Reason.NOTHING_COMPARED, "no checkpoint could be compared" + of(loadError)));
    } else if (checkpoints.stream().allMatch(checkpoint -> checkpoint.pagesSent() == 0)) {
      doubts.add(
          new Doubt(
              Doubt.Reason.NOTHING_COMPARED,
              "the stream carries no pages: those of a multifd stream are on further channels"));
    }
    skipped.stream()
        .limit(NAMED)
        .map(checkpoint ->
            new Doubt(
                Doubt.Reason.NOT_COMPARED,
                "checkpoint %d was not compared: %s"
                    .formatted(
                        checkpoint.checkpoint(),
                        checkpoint.reason().text()
                            + (checkpoint.reason() == CheckpointVerdict.Reason.LOAD_ENDED
                                ? of(loadError)
                                : ""))))
        .forEach(doubts::add);
    if (skipped.size() > NAMED) {
      doubts.add(
          new Doubt(
              Doubt.Reason.NOT_COMPARED,
              "%d more checkpoints were not compared".formatted(skipped.size() - NAMED)));
    }
  }

  private static String of(@Nullable ReplayError error) {
    return error == null ? "" : ", " + error.detail();
  }

  private static void ofRemark(Remark remark, List<Doubt> doubts) {
    switch (remark) {
      case Remark.Unparsed part ->
          doubts.add(
              new Doubt(
                  Doubt.Reason.NOT_PARSED,
                  "bytes of channel %d, %s, were not parsed"
                      .formatted(
                          part.channel(),
                          part.mayHoldPages() ? "and may hold pages" : "SVM to PVM")));
      case NoContents _ ->
          doubts.add(
              new Doubt(
                  Doubt.Reason.NOTHING_COMPARED,
                  "the stream carries zero pages only: with multifd the others are on further"
                      + " channels"));
      case Remark.Contradiction _, Remark.InferredBlocks _ ->
          doubts.add(new Doubt(Doubt.Reason.CONTRADICTION, remark.text()));
      case Remark.CutChannel cut -> {
        if (!cut.isMain()) {
          doubts.add(new Doubt(Doubt.Reason.CHANNEL_CUT, remark.text()));
        }
      }
      case Remark.Unfinished _ -> doubts.add(new Doubt(Doubt.Reason.UNFINISHED, remark.text()));
      case Remark.NeverObserved never ->
          doubts.add(
              new Doubt(
                  Doubt.Reason.NOT_OBSERVED,
                  "the %s was to be observed, and never was"
                      .formatted(
                          never.memory().name().equals("CACHE")
                              ? never.memory().name().toLowerCase(Locale.ROOT)
                              : never.memory().name())));
      case Remark.NoReturnPath _,
          Remark.UnusedObservation _,
          Remark.RunningSvm _,
          Remark.ColoNotTold _,
          Remark.Missed _ -> {
        // told, and nothing that the verdict rests on
      }
    }
  }
}
