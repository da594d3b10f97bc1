package org.colotape.recorder.simulation;

/** What is wrong with a page, or with the protocol. */
public enum FaultClass {
  /** The page was never sent. */
  NEVER_SENT,
  /** An older version of the page than the last. */
  STALE,
  /** The page was written and not sent again. */
  LOST_DIRTY_BIT,
  /** The cache is right, and the SVM has what it had before the flush. */
  NOT_FLUSHED,
  /** The SVM itself has thrown a block that no guest writes back, and the flush leaves it. */
  THROWN_BACK,
  /** The SVM has pages of a checkpoint that was not whole. */
  FLUSHED_TOO_EARLY,
  /** The page came with the initial migration, and did not get into the cache. */
  NOT_IN_CACHE,
  /** A delta was applied to another page than the one it was made for. */
  WRONG_XBZRLE_BASE,
  /** A zero page came and was not written. */
  ZERO_NOT_APPLIED,
  /** Contents of another page. */
  OTHER_PAGE,
  /** A part of one version and a part of another. */
  TORN,
  /** Contents that were never sent, close to what was. */
  DAMAGED_BITS,
  /** The SVM's guest wrote the page between the flush and the observation. */
  WRITTEN_AFTER_FLUSH,
  /** The page lies where one side has no memory. */
  BEYOND_USED_LENGTH,
  /** A side spoke out of turn, or not at all. */
  PROTOCOL_ORDER,
  /** The secondary could not load the initial migration, and said so. */
  LOAD_REFUSED,
  /** Pages were sent or flushed that need not have been; all memories are right. */
  NEEDLESS_WORK
}
