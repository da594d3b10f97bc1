package org.colotape.replayer.replay;

import org.colotape.replayer.memory.ScratchSpace;
import org.colotape.replayer.rules.RuleSet;

/**
 * How to replay.
 *
 * @param rules what the secondary does with pages
 * @param scratch where the rebuilt memory's space comes from
 * @param pvmModel true to rebuild a third memory, the PVM's as the stream tells it: every page at
 *     once, whatever the secondary does with it
 * @param lastWriters true to remember which event last wrote each page of each memory, for 20 bytes
 *     a page and memory
 */
public record ReplaySettings(
    RuleSet rules, ScratchSpace scratch, boolean pvmModel, boolean lastWriters) {
  /** SVM RAM and cache only, without their writers: what costs least. */
  public static ReplaySettings of(RuleSet rules, ScratchSpace scratch) {
    return new ReplaySettings(rules, scratch, false, false);
  }

  /** The same with a model of the PVM. */
  public ReplaySettings withPvmModel() {
    return new ReplaySettings(rules, scratch, true, lastWriters);
  }

  /** The same with last writers. */
  public ReplaySettings withLastWriters() {
    return new ReplaySettings(rules, scratch, pvmModel, true);
  }
}
