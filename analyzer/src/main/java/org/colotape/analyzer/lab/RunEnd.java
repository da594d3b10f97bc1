package org.colotape.analyzer.lab;

import org.jspecify.annotations.Nullable;

/** How the run of a lab ended, as a program must know it. */
public sealed interface RunEnd {
  /** The pair took all its checkpoints, and nothing went wrong. */
  record Completed() implements RunEnd {}

  /**
   * The secondary runs on its own.
   *
   * @param exposed whether a page that was marked on its way is in its memory; null if none was
   */
  record TookOver(@Nullable Boolean exposed) implements RunEnd {}

  /**
   * What was to go wrong did, and ended the pair.
   *
   * @param what how the pair was found
   */
  record Broken(String what) implements RunEnd {}

  /**
   * The secondary was told to take over, and did not.
   *
   * @param state in which it was instead
   */
  record NotTakenOver(String state) implements RunEnd {}

  /**
   * QEMU refused what it was asked for.
   *
   * @param machine which one
   * @param words its own
   */
  record Refused(String machine, String words) implements RunEnd {}

  /**
   * QEMU ended by itself.
   *
   * @param machine which one
   * @param words its own; how it ended, if it had none
   */
  record Died(String machine, String words) implements RunEnd {}

  /**
   * Nothing passed any more, for no reason that is known.
   *
   * @param what how the pair was found
   */
  record Stalled(String what) implements RunEnd {}

  /**
   * The lab itself failed, or was stopped.
   *
   * @param why what is known
   */
  record Failed(String why) implements RunEnd {}
}
