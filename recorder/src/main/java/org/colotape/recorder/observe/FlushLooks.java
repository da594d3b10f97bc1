package org.colotape.recorder.observe;

import java.util.BitSet;
import java.util.Objects;
import org.colotape.schema.digest.PageDigest;

/**
 * The looks at a secondary's memory that tell which of its pages were flushed: at each checkpoint
 * one before the flush, and two after it. Its guest runs by then. A page that is what the primary
 * sent, at one look or the other, was flushed. One that is still what it was before was not, unless
 * the guest has written just that once more; a guest that repeats its states does, so nothing is
 * said of a page that the guest was ever seen to write.
 */
final class FlushLooks {
  private Look before = new Look();
  private Look after = new Look();
  private final BitSet unchanged = new BitSet();

  /** Pages that the guest was seen to write, in any checkpoint. */
  private final BitSet guests = new BitSet();

  /** Tells whether the primary has sent a page in the checkpoint. */
  interface Sent {
    boolean was(int page);
  }

  /**
   * The look before the flush.
   *
   * @param next true if there was no flush since the last looks
   */
  MemoryScan.Choice beforeFlush(boolean next) {
    Look last = next ? after : new Look();
    before = new Look();
    after = new Look();
    return (page, now, flushed) -> {
      PageDigest left = last.at(page);
      if (!now.equals(left == null ? flushed : left)) {
        guests.set(page);
      }
      return before.see(page, now, flushed);
    };
  }

  /** The first look after the flush. */
  MemoryScan.Choice afterFlush() {
    return (page, now, said) -> {
      boolean same = now.equals(before.at(page));
      unchanged.set(page, same);
      if (!same && !now.equals(said)) {
        guests.set(page);
      }
      return after.see(page, now, said);
    };
  }

  /**
   * The second look after it: takes pages of which can be said whether they were flushed, as they
   * were when that was seen.
   *
   * @param all true to take all of these; false for those only that were due to be flushed
   */
  MemoryScan.Choice settled(boolean all, Sent sent) {
    Look first = after;
    after = new Look();
    return (page, now, said) -> {
      PageDigest soonAfter = first.at(page);
      if (soonAfter != null && !now.equals(soonAfter)) {
        guests.set(page);
      }
      after.see(page, now, said);
      if (said == null) {
        return null;
      }
      PageDigest seen = said.equals(soonAfter) ? said : now;
      return isSettled(page, seen, said) && (all || isDue(page, seen, said, sent)) ? seen : null;
    };
  }

  /**
   * True if the page is what the flush made it, or what it would be without the flush. The latter
   * can't be said of one that the guest writes: going on from the primary's state it may come to
   * just that again.
   */
  private boolean isSettled(int page, PageDigest now, PageDigest said) {
    return now.equals(said)
        || (unchanged.get(page)
            && !guests.get(page)
            && !before.isOwn(page)
            && now.equals(before.at(page)));
  }

  private boolean isDue(int page, PageDigest now, PageDigest said, Sent sent) {
    return !now.equals(said) || sent.was(page) || !Objects.equals(before.at(page), said);
  }
}
