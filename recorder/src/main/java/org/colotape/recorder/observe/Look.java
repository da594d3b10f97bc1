package org.colotape.recorder.observe;

import java.util.Arrays;
import java.util.BitSet;
import org.colotape.schema.digest.PageDigest;
import org.jspecify.annotations.Nullable;

/** What a secondary's pages were at one look. Costs 16 bytes a page. */
final class Look {
  private long[] digests = new long[0];
  private final BitSet seen = new BitSet();
  private final BitSet own = new BitSet();

  /**
   * Takes note of a page.
   *
   * @param flushed what the last flush made it
   * @return null: nothing is said of it
   */
  @Nullable PageDigest see(int page, PageDigest digest, @Nullable PageDigest flushed) {
    if (digests.length < 2 * page + 2) {
      digests = Arrays.copyOf(digests, 4 * page + 2);
    }
    digests[2 * page] = digest.high();
    digests[2 * page + 1] = digest.low();
    seen.set(page);
    own.set(page, !digest.equals(flushed));
    return null;
  }

  /** What a page was; null if it was not seen. */
  @Nullable PageDigest at(int page) {
    return seen.get(page) ? new PageDigest(digests[2 * page], digests[2 * page + 1]) : null;
  }

  /** True if the page was not what the last flush had made it. */
  boolean isOwn(int page) {
    return own.get(page);
  }
}
