package org.colotape.analyzer.cli.frame;

import org.colotape.analyzer.verdict.Outcome;

/** What a command tells the shell. Every {@code --help} lists these. */
public final class ExitCode {
  /** All is well; for analyses: PVM, cache and SVM are in step. */
  public static final int OK = 0;

  /** The analysis found a divergence, or a stream breaks the rules that it is held to. */
  public static final int DIVERGED = 1;

  /** The command line is wrong; nothing was done. */
  public static final int USAGE = 2;

  /** Input or broker failed, or Colotape itself; a line on stderr says which. */
  public static final int FAILED = 3;

  /**
   * An analysis found no divergence, and yet can't say "in step": the first line says why. Or a tap
   * has recorded no whole checkpoint, or bytes that could not be parsed: a line on stderr says so.
   */
  public static final int UNDECIDED = 4;

  /** What an analysis with that outcome tells the shell. */
  public static int of(Outcome outcome) {
    return switch (outcome) {
      case IN_STEP -> OK;
      case DIVERGED -> DIVERGED;
      case UNDECIDED -> UNDECIDED;
    };
  }

  private ExitCode() {}
}
