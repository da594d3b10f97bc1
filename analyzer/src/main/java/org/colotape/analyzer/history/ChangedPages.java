package org.colotape.analyzer.history;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.colotape.analyzer.diff.PageSet;
import org.colotape.replayer.memory.GuestMemory;
import org.colotape.replayer.memory.RamBlockMemory;
import org.jspecify.annotations.Nullable;

/**
 * The pages of a RAM block that differ between two places.
 *
 * @param block name of the block
 * @param pageSize page size in bytes
 * @param pages the pages; also those that only one of the two has
 */
public record ChangedPages(String block, int pageSize, PageSet pages) {
  /**
   * Compares two memories. A full scan: of each page that is not zero in one of them the digest is
   * compared.
   *
   * @return the blocks that differ, in the order of the first memory
   */
  public static List<ChangedPages> between(GuestMemory one, GuestMemory other) {
    Set<String> names = new LinkedHashSet<>();
    one.blocks().forEach(block -> names.add(block.name()));
    other.blocks().forEach(block -> names.add(block.name()));
    List<ChangedPages> changed = new ArrayList<>();
    for (String name : names) {
      RamBlockMemory left = one.find(name);
      RamBlockMemory right = other.find(name);
      RamBlockMemory there = left == null ? right : left;
      PageSet pages = left == null || right == null ? all(there) : differing(left, right);
      if (there != null && !pages.isEmpty()) {
        changed.add(new ChangedPages(name, there.pageSize(), pages));
      }
    }
    return changed;
  }

  private static PageSet all(@Nullable RamBlockMemory block) {
    BitSet pages = new BitSet();
    if (block != null) {
      pages.set(0, block.pages());
    }
    return PageSet.of(pages);
  }

  private static PageSet differing(RamBlockMemory left, RamBlockMemory right) {
    int common = Math.min(left.pages(), right.pages());
    BitSet differing = new BitSet();
    for (int page = next(left, right, 0); page >= 0 && page < common; ) {
      differing.set(page, !left.pageDigest(page).equals(right.pageDigest(page)));
      page = page + 1 < common ? next(left, right, page + 1) : -1;
    }
    differing.set(common, Math.max(left.pages(), right.pages()));
    return PageSet.of(differing);
  }

  /** The next page that is not surely zero in both. */
  private static int next(RamBlockMemory left, RamBlockMemory right, int from) {
    int one = from < left.pages() ? left.nextNonZero(from) : -1;
    int other = from < right.pages() ? right.nextNonZero(from) : -1;
    return one < 0 || other < 0 ? Math.max(one, other) : Math.min(one, other);
  }
}
