package org.colotape.recorder.observe;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.colotape.schema.digest.PageDigest;
import org.jspecify.annotations.Nullable;

/** What a secondary's pages were before its flush. */
final class Look {
  private final List<@Nullable PageDigest> digests = new ArrayList<>();
  private final BitSet own = new BitSet();

  /**
   * Takes note of a page; those of lower numbers were seen before it, or not at all.
   *
   * @param flushed what the flush before made it
   * @return false: nothing is said of it
   */
  boolean see(int page, PageDigest digest, @Nullable PageDigest flushed) {
    own.set(page, !digest.equals(flushed));
    while (digests.size() < page) {
      digests.add(null);
    }
    digests.add(digest);
    return false;
  }

  /** What a page was; null if it was not seen. */
  @Nullable PageDigest at(int page) {
    return page < digests.size() ? digests.get(page) : null;
  }

  /** True if the guest has written the page since the flush before. */
  boolean isOwn(int page) {
    return own.get(page);
  }
}
