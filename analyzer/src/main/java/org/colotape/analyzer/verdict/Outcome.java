package org.colotape.analyzer.verdict;

/** What a recording's verdict comes to. */
public enum Outcome {
  /**
   * Wherever memories could be compared they agree, and nothing hides a checkpoint from the
   * comparison.
   */
  IN_STEP,
  /** At some checkpoint two memories differ. */
  DIVERGED,
  /**
   * No difference was found, but the recording does not allow the verdict "in step": no checkpoint
   * could be compared, the replay ended before the last whole one, or pages may lie in bytes that
   * were not parsed.
   */
  UNDECIDED
}
