package org.colotape.analyzer.verdict;

import org.colotape.replayer.memory.ScratchSpace;
import org.colotape.replayer.replay.ReplaySettings;
import org.colotape.replayer.rules.RuleSet;

/**
 * How to analyse.
 *
 * @param rules what the secondary does with pages
 * @param scratch where the space for rebuilt memory comes from
 * @param lastCheckpoint the checkpoint to stop behind, or {@link #ALL}
 * @param evidence of how many differing pages a checkpoint's verdict keeps the bytes, up to three
 *     times the page size for each; only the first {@value #EVIDENT_CHECKPOINTS} divergent
 *     checkpoints have evidence
 */
public record AnalysisSettings(
    RuleSet rules, ScratchSpace scratch, int lastCheckpoint, int evidence) {
  /** Of how many divergent checkpoints evidence is kept, so that a long history fits the heap. */
  public static final int EVIDENT_CHECKPOINTS = 256;

  /** To analyse all checkpoints. */
  public static final int ALL = Integer.MAX_VALUE;

  /** All checkpoints, by what QEMU does, with the evidence of a few pages. */
  public static AnalysisSettings of(ScratchSpace scratch) {
    return new AnalysisSettings(RuleSet.QEMU, scratch, ALL, 3);
  }

  /** How an analysis replays: with a model of the PVM, and the writers of every page. */
  public ReplaySettings replay() {
    return ReplaySettings.of(rules, scratch).withPvmModel().withLastWriters();
  }

  /** The same under another rule set. */
  public AnalysisSettings withRules(RuleSet other) {
    return new AnalysisSettings(other, scratch, lastCheckpoint, evidence);
  }

  /** The same up to a checkpoint. */
  public AnalysisSettings upTo(int checkpoint) {
    return new AnalysisSettings(rules, scratch, checkpoint, evidence);
  }

  /** The same with the evidence of that many pages of each checkpoint. */
  public AnalysisSettings withEvidence(int pages) {
    return new AnalysisSettings(rules, scratch, lastCheckpoint, pages);
  }
}
