package org.colotape.recorder.observe;

import java.util.ArrayList;
import java.util.List;
import org.colotape.schema.digest.PageDigest;
import org.jspecify.annotations.Nullable;

/** What a block's pages were at one look. */
final class Look {
  private final List<@Nullable PageDigest> digests = new ArrayList<>();

  /**
   * Takes note of a page; those of lower numbers were seen before it, or not at all.
   *
   * @return false: nothing is said of it
   */
  boolean see(int page, PageDigest digest) {
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
}
