package org.colotape.schema.check;

import java.nio.ByteBuffer;
import org.colotape.schema.digest.PageDigest;
import org.colotape.schema.event.Observation;
import org.colotape.schema.event.ObservedPage;
import org.colotape.schema.event.StartPages;
import org.colotape.schema.layout.PageRegion;
import org.jspecify.annotations.Nullable;

/** Consecutive pages that are known to be in a block, all in one page region. */
final class RunCheck {
  private RunCheck() {}

  /** What is wrong, or null. */
  static @Nullable String fault(Observation seen) {
    String run = fault(seen.getOffset(), seen.getPageSize(), seen.getDigests(), PageDigest.BYTES);
    if (run != null) {
      return run;
    }
    int size = seen.getPageSize();
    long end = seen.getOffset() + (long) seen.getDigests().remaining() / PageDigest.BYTES * size;
    for (ObservedPage page : seen.getDiffering()) {
      long offset = page.getOffset();
      int bytes = page.getContents().remaining();
      boolean within = offset >= seen.getOffset() && offset < end;
      if (!within || !PageCheck.isOffset(offset, size) || bytes != size) {
        return bytes + " bytes of a page at offset " + offset;
      }
    }
    return null;
  }

  /** What is wrong, or null. */
  static @Nullable String fault(StartPages pages) {
    ByteBuffer contents = pages.getContents();
    String run = fault(pages.getOffset(), pages.getPageSize(), contents, pages.getPageSize());
    return run == null && contents.remaining() > Limits.PIECE_BYTES
        ? contents.remaining() + " bytes of pages"
        : run;
  }

  /**
   * Checks a run of pages.
   *
   * @param bytes what is said of the pages
   * @param each how many of these bytes are said of each page
   */
  private static @Nullable String fault(long offset, int size, ByteBuffer bytes, int each) {
    if (!PageCheck.isSize(size)) {
      return PageCheck.size(size);
    }
    int pages = bytes.remaining() / each;
    boolean holds =
        PageCheck.isOffset(offset, size)
            && bytes.remaining() % each == 0
            && pages > 0
            && pages <= PageRegion.pagesLeft(offset, size)
            // a block has no more pages than an int can count
            && offset / size <= Integer.MAX_VALUE - pages;
    return holds ? null : bytes.remaining() + " bytes of pages from offset " + offset + " on";
  }
}
