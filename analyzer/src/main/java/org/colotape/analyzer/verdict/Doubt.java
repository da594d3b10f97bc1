package org.colotape.analyzer.verdict;

/**
 * Something that keeps a recording from the verdict "in step": law 10, never falsely green.
 *
 * @param reason what it is
 * @param text the same in words, with places, to stand behind "undecided: "
 * @param checkpoint the one that it is about, or -1 if it is not about one alone
 */
public record Doubt(Reason reason, String text, int checkpoint) {
  /** A doubt that is not about one checkpoint alone. */
  public Doubt(Reason reason, String text) {
    this(reason, text, -1);
  }

  /** Why "in step" can't be said. */
  public enum Reason {
    /** No checkpoint could be compared, or the recording holds nothing to compare. */
    NOTHING_COMPARED,
    /** A checkpoint that the recording holds was not compared. */
    NOT_COMPARED,
    /** The secondary could answer, and never said that it has loaded what it was sent. */
    NOT_CONFIRMED,
    /** The secondary could not load what it was sent, or left before it had all. */
    REFUSED,
    /** The bytes of the primary end in the midst of something. */
    BROKEN,
    /** A channel beside the main one ends in the midst of something. */
    CHANNEL_CUT,
    /** The recording itself was not finished. */
    UNFINISHED,
    /** Bytes could not be parsed. */
    NOT_PARSED,
    /** A memory was to be observed, and never was. */
    NOT_OBSERVED,
    /** A message came where another was due. */
    OUT_OF_TURN,
    /** The stream contradicts itself, or what was read of it is a guess. */
    CONTRADICTION,
    /** The secondary is in COLO state, and no checkpoint was ever requested. */
    NO_CHECKPOINT,
    /** A finding is certain, although no pages differ. */
    FINDING
  }
}
