package org.colotape.analyzer.verdict;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.colotape.analyzer.diff.Source;
import org.colotape.analyzer.verdict.CheckpointVerdict.Compared;
import org.colotape.analyzer.verdict.CheckpointVerdict.NotCompared;
import org.colotape.replayer.replay.ReplayError;
import org.colotape.replayer.rules.RuleSet;
import org.colotape.schema.event.MigrationEnd;
import org.colotape.schema.event.MigrationOutcome;
import org.jspecify.annotations.Nullable;

/**
 * The verdict on a recording.
 *
 * @param recording its name
 * @param rules the rules by which the secondary was replayed
 * @param checkpoints one verdict for each checkpoint, in order
 * @param loadError what ended the secondary's load, or null
 * @param migration how the migration ended, as far as both sides told up to where was analysed
 * @param remarks what makes the recording less than whole
 * @param doubts why "in step" can't be said where no memories differ; empty if it can
 */
public record RecordingVerdict(
    String recording,
    RuleSet rules,
    List<CheckpointVerdict> checkpoints,
    @Nullable ReplayError loadError,
    MigrationEnd migration,
    List<Remark> remarks,
    List<Doubt> doubts) {

  /** What it comes to. */
  public Outcome outcome() {
    if (firstDivergent().isPresent()) {
      return Outcome.DIVERGED;
    }
    return doubts.isEmpty() ? Outcome.IN_STEP : Outcome.UNDECIDED;
  }

  /** The same with further doubts. */
  public RecordingVerdict doubting(List<Doubt> further) {
    List<Doubt> all = Stream.concat(doubts.stream(), further.stream()).distinct().toList();
    return new RecordingVerdict(recording, rules, checkpoints, loadError, migration, remarks, all);
  }

  /** What the verdict rests on. */
  public Basis basis() {
    if (observed()) {
      return Basis.OBSERVED;
    }
    return migration.getOutcome() == MigrationOutcome.CONFIRMED ? Basis.CONFIRMED : Basis.STREAM;
  }

  /** The first checkpoint behind which memories differ. */
  public Optional<Compared> firstDivergent() {
    return compared().stream().filter(Compared::diverged).findFirst();
  }

  /** The checkpoints that were compared. */
  public List<Compared> compared() {
    return checkpoints.stream()
        .filter(Compared.class::isInstance)
        .map(Compared.class::cast)
        .toList();
  }

  /** The checkpoints that were not compared. */
  public List<NotCompared> notCompared() {
    return checkpoints.stream()
        .filter(NotCompared.class::isInstance)
        .map(NotCompared.class::cast)
        .toList();
  }

  /** True if any memory was observed at a checkpoint that was compared. */
  public boolean observed() {
    return compared().stream()
        .flatMap(checkpoint -> checkpoint.blocks().stream())
        .anyMatch(block -> block.sources().values().stream().anyMatch(s -> s != Source.MODEL));
  }
}
