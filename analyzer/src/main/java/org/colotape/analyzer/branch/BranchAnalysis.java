package org.colotape.analyzer.branch;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.colotape.analyzer.verdict.Analysis;
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
import org.colotape.schema.event.Recording;
import org.colotape.schema.log.EventSource;
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

  private BranchAnalysis(Replay trunk, Replay branch, int evidence) {
    this.trunk = trunk;
    this.diff = new BranchDiff(trunk, branch, evidence);
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
    Recording entry = entry(recording);
    try (Timeline timeline = new Timeline(recording, settings.replay(), snapshots);
        Fork trunk = timeline.fork(Branch.behind(branch.at()));
        Analysis analysis =
            Analysis.begin(
                entry,
                settings.withRules(rules),
                (watch, observations) -> timeline.fork(branch, watch, observations))) {
      BranchAnalysis both =
          new BranchAnalysis(trunk.replay(), analysis.replay(), settings.evidence());
      for (CheckpointVerdict at = analysis.next(); at != null; at = analysis.next()) {
        both.compare(at.checkpoint(), analysis.replay());
        progress.accept(at);
      }
      return new BranchVerdict(
          branch, settings.rules(), analysis.result(), List.copyOf(both.differences));
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
      differences.addAll(diff.compare(checkpoint));
    }
  }

  private static Recording entry(SeekableRecording recording) {
    try (EventSource source = recording.openFrom(0)) {
      return source.recording();
    }
  }
}
