package org.colotape.replayer.memory;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.BitSet;
import org.colotape.schema.digest.PageDigest;
import org.colotape.schema.layout.PageRegion;
import org.jspecify.annotations.Nullable;

/**
 * The digests of a block's pages, taken only when they are asked for and kept until the page is
 * written again, and their sum. It costs 16 bytes a page, for regions of pages that are not all
 * zeros.
 */
final class DigestTable {
  private static final int LONGS = 2 * PageRegion.PAGES;

  private final int pageSize;
  private final PageDigest zeroPage;
  private final long[] @Nullable [] regions;

  /** Pages that were written since their digest was taken. */
  private final BitSet stale = new BitSet();

  /** Pages whose term is in the sum. */
  private final BitSet counted = new BitSet();

  private final ByteBuffer term = ByteBuffer.allocate(Long.BYTES + PageDigest.BYTES);
  private long sumHigh;
  private long sumLow;

  DigestTable(int pages, int pageSize) {
    this.pageSize = pageSize;
    this.zeroPage = PageDigest.of(new byte[pageSize], 0, pageSize);
    this.regions = new long[(pages + PageRegion.PAGES - 1) / PageRegion.PAGES][];
  }

  /** States that a page was written. */
  void invalidate(int page) {
    stale.set(page);
  }

  /** States that pages {@code from} to {@code to - 1} were written. */
  void invalidate(int from, int to) {
    stale.set(from, to);
  }

  /** Digest of one page. */
  PageDigest page(int page, MemorySegment memory, BitSet nonZero) {
    if (stale.get(page)) {
      refresh(page, memory, nonZero);
      stale.clear(page);
    }
    return counted.get(page) ? load(page) : zeroPage;
  }

  /** Digest of the block; work is proportional to the pages written since the last call. */
  BlockDigest block(MemorySegment memory, BitSet nonZero) {
    for (int page = stale.nextSetBit(0); page >= 0; page = stale.nextSetBit(page + 1)) {
      refresh(page, memory, nonZero);
    }
    stale.clear();
    return new BlockDigest(sumHigh, sumLow);
  }

  private void refresh(int page, MemorySegment memory, BitSet nonZero) {
    if (counted.get(page)) {
      PageDigest before = term(page, load(page));
      boolean borrow = Long.compareUnsigned(sumLow, before.low()) < 0;
      sumLow -= before.low();
      sumHigh -= before.high() + (borrow ? 1 : 0);
      counted.clear(page);
    }
    if (!nonZero.get(page)) {
      return;
    }
    PageDigest now = PageDigest.of(memory, (long) page * pageSize, pageSize);
    if (!now.equals(zeroPage)) {
      store(page, now);
      counted.set(page);
      PageDigest after = term(page, now);
      sumLow += after.low();
      boolean carry = Long.compareUnsigned(sumLow, after.low()) < 0;
      sumHigh += after.high() + (carry ? 1 : 0);
    }
  }

  private PageDigest term(int page, PageDigest digest) {
    term.clear().putLong(page).putLong(digest.high()).putLong(digest.low());
    return PageDigest.of(term.array(), 0, term.capacity());
  }

  private PageDigest load(int page) {
    long[] region = regions[page / PageRegion.PAGES];
    if (region == null) {
      throw new IllegalStateException("page " + page + " is counted but has no digest");
    }
    int at = 2 * (page % PageRegion.PAGES);
    return new PageDigest(region[at], region[at + 1]);
  }

  private void store(int page, PageDigest digest) {
    int index = page / PageRegion.PAGES;
    long[] region = regions[index];
    if (region == null) {
      region = new long[LONGS];
      regions[index] = region;
    }
    int at = 2 * (page % PageRegion.PAGES);
    region[at] = digest.high();
    region[at + 1] = digest.low();
  }
}
