package org.colotape.analyzer.diagnosis;

/** What went wrong with pages, or with messages. The oracles are those of the COLO protocol. */
public enum Cause {
  /** Contents that the PVM had, and that no event ever carried. */
  NEVER_SENT("never sent", "I3"),
  /** The PVM changed the page behind its last sending, and did not send it again. */
  LOST_DIRTY_BIT("lost dirty bit", "I3"),
  /** An older version, as the stream carried it before. */
  STALE("stale", "I3"),
  /** The cache lacks a page that came with the initial migration only. */
  NOT_IN_CACHE("not in the cache since the initial migration", "I1"),
  /** A delta was applied to something else than the page in the cache. */
  WRONG_XBZRLE_BASE("wrong XBZRLE base", "I3"),
  /** A zero page came, and the old contents stayed. */
  ZERO_NOT_APPLIED("zero page not applied", "I7"),
  /** The page has the contents of another one. */
  OTHER_PAGE("contents of another page", "I3"),
  /** A part of one version and a part of another. */
  TORN("torn", "I3"),
  /** Some bits are others than those that were sent. */
  DAMAGED_BITS("damaged bits", "I3"),
  /** The cache does not reach as far as the block. */
  BEYOND_USED_LENGTH("beyond used length", "I8"),
  /** The cache is right, and SVM RAM kept what it had, or what its guest had written. */
  NOT_FLUSHED("not flushed", "I4"),
  /** SVM RAM changed before the checkpoint was whole. */
  FLUSHED_TOO_EARLY("flushed too early", "I5"),
  /** SVM RAM was right, and the secondary itself changed it without bringing it back. */
  THROWN_BACK("thrown back by the secondary's reset", "I4"),
  /** The SVM's guest wrote the page behind the flush. */
  WRITTEN_AFTER_FLUSH("written by the SVM after the flush", "I4"),
  /** A side spoke out of turn, or not at all. */
  PROTOCOL_ORDER("protocol order", "I9"),
  /** Pages were flushed that neither side had changed; all memories are right. */
  NEEDLESS_WORK("needless work", "I6"),
  /** None of these. */
  UNEXPLAINED("unexplained", "I4");

  private final String text;
  private final String oracle;

  Cause(String text, String oracle) {
    this.text = text;
    this.oracle = oracle;
  }

  /** In a few words. */
  public String text() {
    return text;
  }

  /** The rule that it breaks, I1 to I10. */
  public String oracle() {
    return oracle;
  }
}
