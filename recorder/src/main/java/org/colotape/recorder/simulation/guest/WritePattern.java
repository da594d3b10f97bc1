package org.colotape.recorder.simulation.guest;

/** Where a guest's program writes to. */
public enum WritePattern {
  /** Anywhere in its memory, each page alike. */
  UNIFORM,
  /** Nine of ten writes to the same few pages. */
  HOT_SET,
  /** One page after the other, around and around. */
  SEQUENTIAL,
  /** Anywhere, and every second write makes a whole page zero. */
  ZEROING,
  /** Nowhere. */
  IDLE
}
