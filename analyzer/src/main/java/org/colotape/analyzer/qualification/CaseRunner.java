package org.colotape.analyzer.qualification;

import org.colotape.schema.ColotapeException;

/** Runs cases, one at a time. */
public interface CaseRunner {
  /**
   * Runs a case.
   *
   * @throws ColotapeException if it can't be run; that says nothing of QEMU
   */
  CaseRun run(Case one);

  /** Ends the case that is running, soon. Called by another thread. */
  void stop();
}
