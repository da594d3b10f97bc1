package org.colotape.recorder.simulation;

/** The connection of the pair is gone. */
final class LinkLost extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean loadFailed;

  /**
   * @param loadFailed true if the secondary closed it because it can't load what it got
   * @param reason what happened, in one line
   */
  LinkLost(boolean loadFailed, String reason) {
    super(reason, null, false, false);
    this.loadFailed = loadFailed;
  }

  boolean loadFailed() {
    return loadFailed;
  }
}
