package org.colotape.analyzer.diff;

import org.colotape.schema.event.Memory;

/** Two of the three memories. */
public enum MemoryPair {
  /** What the PVM held, and what arrived of it (oracle: cache == PVM RAM at RECEIVED). */
  PVM_CACHE(Memory.PVM, Memory.CACHE),
  /** What arrived, and what the SVM got of it (oracle: cache == SVM RAM after the flush). */
  CACHE_SVM(Memory.CACHE, Memory.SVM),
  /** What the PVM held, and what the SVM resumes with. */
  PVM_SVM(Memory.PVM, Memory.SVM);

  private final Memory left;
  private final Memory right;

  MemoryPair(Memory left, Memory right) {
    this.left = left;
    this.right = right;
  }

  /** The memory that is nearer to the PVM. */
  public Memory left() {
    return left;
  }

  /** The memory that is nearer to the SVM. */
  public Memory right() {
    return right;
  }
}
