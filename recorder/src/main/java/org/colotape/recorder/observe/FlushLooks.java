package org.colotape.recorder.observe;

import java.util.BitSet;
import java.util.Objects;
import org.colotape.schema.digest.PageDigest;

/**
 * The looks at a secondary's memory that tell which of its pages were flushed: one before the
 * flush, and two after it. Its guest runs by then, and may have counted up to just the value that a
 * page had before; what it writes has gone on at the second look.
 */
final class FlushLooks {
  private final Look before = new Look();
  private final BitSet unchanged = new BitSet();

  /** Tells whether the primary has sent a page in the checkpoint. */
  interface Sent {
    boolean was(int page);
  }

  /** The look before the flush. */
  MemoryScan.Choice beforeFlush() {
    return before::see;
  }

  /** The first look after the flush. */
  MemoryScan.Choice afterFlush() {
    return (page, now, _) -> {
      unchanged.set(page, now.equals(before.at(page)));
      return false;
    };
  }

  /**
   * The second look after it: takes pages of which can be said whether they were flushed.
   *
   * @param all true to take all of these; false for those only that were due to be flushed
   */
  MemoryScan.Choice settled(boolean all, Sent sent) {
    return (page, now, said) ->
        said != null && isSettled(page, now, said) && (all || isDue(page, now, said, sent));
  }

  /**
   * True if the page is what the flush made it, or what it would be without the flush. That can't
   * be said of one that the guest had written before: a guest that goes on from the primary's state
   * may come to just that again.
   */
  private boolean isSettled(int page, PageDigest now, PageDigest said) {
    return now.equals(said)
        || (unchanged.get(page) && !before.isOwn(page) && now.equals(before.at(page)));
  }

  private boolean isDue(int page, PageDigest now, PageDigest said, Sent sent) {
    return !now.equals(said) || sent.was(page) || !Objects.equals(before.at(page), said);
  }
}
