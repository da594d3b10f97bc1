package org.colotape.analyzer.excerpt;

import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which pages are kept: all, those of some RAM blocks, or single ones. */
public final class PageChoice {
  private final @Nullable Set<String> blocks;
  private final @Nullable Map<String, BitSet> pages;

  private PageChoice(@Nullable Set<String> blocks, @Nullable Map<String, BitSet> pages) {
    this.blocks = blocks;
    this.pages = pages;
  }

  /** Every page. */
  public static PageChoice all() {
    return new PageChoice(null, null);
  }

  /** Every page of the blocks with these names. */
  public static PageChoice ofBlocks(Collection<String> names) {
    return new PageChoice(Set.copyOf(names), null);
  }

  /** Of each block the pages whose bits are set. */
  public static PageChoice of(Map<String, BitSet> pages) {
    Map<String, BitSet> own = new HashMap<>();
    pages.forEach((block, bits) -> own.put(block, (BitSet) bits.clone()));
    return new PageChoice(own.keySet(), own);
  }

  /** True if pages of the block may be kept. */
  public boolean hasBlock(String block) {
    return blocks == null || blocks.contains(block);
  }

  /** True if the page is kept. */
  public boolean has(String block, long page) {
    if (!hasBlock(block)) {
      return false;
    }
    BitSet single = pages == null ? null : pages.get(block);
    return pages == null
        || (single != null && page >= 0 && page <= Integer.MAX_VALUE && single.get((int) page));
  }

  /**
   * How many pages from {@code from} on are alike: all kept, or none.
   *
   * @param most how many to look at
   */
  int alike(String block, long from, int most) {
    boolean first = has(block, from);
    int count = 1;
    while (count < most && has(block, from + count) == first) {
      count++;
    }
    return count;
  }
}
