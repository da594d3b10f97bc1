package org.colotape.analyzer.branch;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.colotape.analyzer.diagnosis.Diagnosis;
import org.colotape.analyzer.diagnosis.Examination;
import org.colotape.analyzer.verdict.AnalysisSettings;
import org.colotape.analyzer.verdict.CheckpointVerdict;
import org.colotape.replayer.branch.Branch;
import org.colotape.replayer.replay.CheckpointReached;
import org.colotape.replayer.replay.Replay;
import org.colotape.replayer.rules.RuleSet;
import org.colotape.replayer.timeline.Fork;
import org.colotape.replayer.timeline.SnapshotCache;
import org.colotape.replayer.timeline.Timeline;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.log.SeekableRecording;
import org.jspecify.annotations.Nullable;

/**
 * Replays a branch and the recording side by side from where they part, analyses the branch, and
 * compares the two behind each checkpoint.
 */
public final class BranchAnalysis {
  private final List<BranchDifference> differences = new ArrayList<>();
  private final Replay trunk;
  private final BranchDiff diff;
  private @Nullable CheckpointReached trunkAt;

  private BranchAnalysis(Replay trunk, int evidence) {
    this.trunk = trunk;
    this.diff = new BranchDiff(trunk, evidence);
  }

  /**
   * Analyses a branch.
   *
   * @param recording the recording
   * @param branch what is different
   * @param settings how to replay the recording, and how far
   * @param snapshots helps to get to where they part
   * @param progress is told each checkpoint's verdict as soon as there is one
   * @throws ColotapeException if the branch does not fit the recording, that can't be read, or
   *     memory runs out
   */
  public static BranchVerdict of(
      SeekableRecording recording,
      Branch branch,
      AnalysisSettings settings,
      SnapshotCache snapshots,
      Consumer<CheckpointVerdict> progress) {
    RuleSet rules = branch.rules() == null ? settings.rules() : branch.rules();
    try (Timeline timeline = new Timeline(recording, settings.replay(), snapshots);
        Fork trunk = timeline.fork(Branch.behind(branch.at()))) {
      BranchAnalysis both = new BranchAnalysis(trunk.replay(), settings.evidence());
      Diagnosis diagnosis =
          Examination.of(
              new BranchSubject(recording, branch, timeline),
              settings.withRules(rules),
              (checkpoint, replay) -> {
                both.compare(checkpoint.checkpoint(), replay);
                progress.accept(checkpoint);
              });
      return new BranchVerdict(
          branch,
          settings.rules(),
          diagnosis.verdict(),
          diagnosis.faults(),
          List.copyOf(both.differences));
    }
  }

  /** The branch stands at a checkpoint: takes the recording there, too. */
  private void compare(int checkpoint, Replay branch) {
    diff.advance(branch);
    while (trunkAt == null || trunkAt.checkpoint() < checkpoint) {
      CheckpointReached next = trunk.next();
      if (next == null) {
        return;
      }
      trunkAt = next;
      diff.advance(trunk);
    }
    if (trunkAt.checkpoint() == checkpoint) {
      differences.addAll(diff.compare(checkpoint, branch));
    }
  }
}
