package org.colotape.analyzer.verdict;

import org.colotape.replayer.memory.ScratchSpace;
import org.colotape.replayer.rules.RuleSet;

/**
 * How to analyse.
 *
 * @param rules what the secondary does with pages
 * @param scratch where the space for rebuilt memory comes from
 * @param lastCheckpoint the checkpoint to stop behind, or {@link #ALL}
 * @param evidence of how many differing pages each checkpoint's verdict keeps the bytes: 8 KiB and
 *     more a page
 */
public record AnalysisSettings(
    RuleSet rules, ScratchSpace scratch, int lastCheckpoint, int evidence) {
  /** To analyse all checkpoints. */
  public static final int ALL = Integer.MAX_VALUE;

  /** All checkpoints, by what QEMU does, with the evidence of a few pages. */
  public static AnalysisSettings of(ScratchSpace scratch) {
    return new AnalysisSettings(RuleSet.QEMU, scratch, ALL, 3);
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
