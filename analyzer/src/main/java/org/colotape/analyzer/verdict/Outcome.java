package org.colotape.analyzer.verdict;

/** What a recording's verdict comes to. */
public enum Outcome {
  /**
   * Every checkpoint that the recording holds was compared, the memories agree, nothing
   * contradicts, and the secondary has confirmed what it must confirm.
   */
  IN_STEP,
  /** At some checkpoint two memories differ. */
  DIVERGED,
  /**
   * No difference was found, and yet "in step" is not earned: something was not compared, not
   * confirmed, cut, refused or not understood, as a {@link Doubt} says.
   */
  UNDECIDED
}
