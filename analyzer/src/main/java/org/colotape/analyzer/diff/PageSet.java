package org.colotape.analyzer.diff;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import org.roaringbitmap.BitSetUtil;
import org.roaringbitmap.RoaringBitmap;

/**
 * A set of pages of one RAM block, by their index; a value. It costs 8 bytes for each run of
 * consecutive pages.
 */
public final class PageSet {
  /** The set without pages. */
  public static final PageSet EMPTY = new PageSet(new int[0]);

  /** From, to, from, to, ... of the runs, in ascending order, with a gap between any two. */
  private final int[] bounds;

  private PageSet(int[] bounds) {
    this.bounds = bounds;
  }

  /** The pages whose bits are set. */
  public static PageSet of(BitSet pages) {
    return of(BitSetUtil.bitmapOf(pages));
  }

  /** The pages of a bitmap. */
  public static PageSet of(RoaringBitmap pages) {
    int[] bounds = new int[16];
    int length = 0;
    for (long from = pages.nextValue(0); from >= 0; ) {
      long to = pages.nextAbsentValue((int) from);
      if (length == bounds.length) {
        bounds = Arrays.copyOf(bounds, 2 * length);
      }
      bounds[length++] = (int) from;
      bounds[length++] = (int) to;
      from = pages.nextValue((int) to);
    }
    return length == 0 ? EMPTY : new PageSet(Arrays.copyOf(bounds, length));
  }

  /** Number of pages. */
  public int size() {
    return ranges().stream().mapToInt(PageRange::size).sum();
  }

  /** True if there is no page in it. */
  public boolean isEmpty() {
    return bounds.length == 0;
  }

  /** The pages as runs, in ascending order. */
  public List<PageRange> ranges() {
    return IntStream.range(0, bounds.length / 2)
        .mapToObj(i -> new PageRange(bounds[2 * i], bounds[2 * i + 1]))
        .toList();
  }

  /** The indexes of the pages, in ascending order. */
  public IntStream pages() {
    return ranges().stream().flatMapToInt(range -> IntStream.range(range.from(), range.to()));
  }

  /** The pages that are in this set, in the other or in both. */
  public PageSet union(PageSet other) {
    BitSet pages = new BitSet();
    ranges().forEach(range -> pages.set(range.from(), range.to()));
    other.ranges().forEach(range -> pages.set(range.from(), range.to()));
    return of(pages);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PageSet set && Arrays.equals(bounds, set.bounds);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bounds);
  }

  /** The page indexes, for example {@code 3, 7..9}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (PageRange range : ranges()) {
      text.append(text.isEmpty() ? "" : ", ").append(range.from());
      if (range.size() > 1) {
        text.append("..").append(range.to() - 1);
      }
    }
    return text.toString();
  }
}
