package org.colotape.analyzer.verdict;

import java.util.List;
import java.util.Optional;
import org.colotape.analyzer.diff.Source;
import org.colotape.analyzer.verdict.CheckpointVerdict.Compared;
import org.colotape.analyzer.verdict.CheckpointVerdict.NotCompared;
import org.colotape.analyzer.verdict.CheckpointVerdict.Reason;
import org.colotape.analyzer.verdict.Remark.NoContents;
import org.colotape.analyzer.verdict.Remark.Unparsed;
import org.colotape.replayer.replay.ReplayError;
import org.colotape.replayer.rules.RuleSet;
import org.jspecify.annotations.Nullable;

/**
 * The verdict on a recording.
 *
 * @param recording its name
 * @param rules the rules by which the secondary was replayed
 * @param checkpoints one verdict for each checkpoint, in order
 * @param loadError what ended the secondary's load, or null
 * @param remarks what makes the recording less than whole
 */
public record RecordingVerdict(
    String recording,
    RuleSet rules,
    List<CheckpointVerdict> checkpoints,
    @Nullable ReplayError loadError,
    List<Remark> remarks) {

  /** What it comes to. */
  public Outcome outcome() {
    if (firstDivergent().isPresent()) {
      return Outcome.DIVERGED;
    }
    return doubts().isEmpty() ? Outcome.IN_STEP : Outcome.UNDECIDED;
  }

  /** Why "in step" can't be said although no difference was found; empty if it can. */
  public List<String> doubts() {
    if (compared().isEmpty()) {
      return List.of("no checkpoint could be compared");
    }
    if (replayEndedEarly()) {
      return List.of("the replay ended with an error before the last checkpoint");
    }
    if (checkpoints.stream().allMatch(checkpoint -> checkpoint.pagesSent() == 0)) {
      return List.of(
          "the stream carries no pages: those of a multifd stream are on further channels");
    }
    if (remarks.stream().anyMatch(NoContents.class::isInstance)) {
      return List.of(
          "the stream carries zero pages only: with multifd the others are on further channels");
    }
    // the main channel's unparsed bytes end the replay; those of other channels may hold pages of
    // any checkpoint
    return remarks.stream()
        .filter(Unparsed.class::isInstance)
        .map(Unparsed.class::cast)
        .filter(part -> part.mayHoldPages() && part.channel() > 0)
        .map(part -> "channel " + part.channel() + " was not parsed, and may hold pages")
        .distinct()
        .toList();
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

  private boolean replayEndedEarly() {
    return notCompared().stream().anyMatch(verdict -> verdict.reason() == Reason.LOAD_ENDED);
  }
}
