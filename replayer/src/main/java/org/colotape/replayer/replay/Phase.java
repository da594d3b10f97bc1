package org.colotape.replayer.replay;

/** Where the secondary stands; it decides where a page goes. */
public enum Phase {
  /** The initial migration is being loaded. A recording without COLO stays here. */
  BEFORE_COLO,
  /** The initial migration was loaded and COLO was enabled: pages go to the cache. */
  IN_COLO
}
