package org.colotape.analyzer.diagnosis;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.colotape.replayer.memory.GuestMemory;
import org.colotape.replayer.memory.RamBlockMemory;
import org.colotape.schema.digest.PageDigest;
import org.jspecify.annotations.Nullable;

/**
 * Tells how many pages of the guest hold some contents, as the stream made them up to a checkpoint.
 * Counting goes once through all pages that are not zero: only when it is first asked for, and only
 * for the contents that are in question there.
 */
final class Holders {
  private final GuestMemory guest;
  private final Fills fills;
  private final Supplier<Stream<PageDigest>> inQuestion;
  private @Nullable Map<PageDigest, Integer> counts;

  /**
   * @param guest the PVM as the stream tells it, which must not change while this is asked
   * @param fills knows the fill pages
   * @param inQuestion all contents that it will be asked for
   */
  Holders(GuestMemory guest, Fills fills, Supplier<Stream<PageDigest>> inQuestion) {
    this.guest = guest;
    this.fills = fills;
    this.inQuestion = inQuestion;
  }

  /** Who but that page holds such contents. */
  Sharing others(PageDigest contents, PageId page) {
    RamBlockMemory block = guest.find(page.block());
    Byte fill = block == null ? null : fills.of(contents, block.pageSize());
    if (fill != null) {
      return fill == 0 ? Sharing.ZEROS : Sharing.ONE_BYTE;
    }
    boolean own =
        block != null
            && page.page() < block.pages()
            && block.pageDigest(page.page()).equals(contents);
    int others = counts().getOrDefault(contents, 0) - (own ? 1 : 0);
    return others <= 0 ? Sharing.ALONE : others == 1 ? Sharing.ANOTHER : Sharing.SEVERAL;
  }

  private Map<PageDigest, Integer> counts() {
    Map<PageDigest, Integer> known = counts;
    if (known == null) {
      known = new HashMap<>();
      for (PageDigest digest : (Iterable<PageDigest>) inQuestion.get()::iterator) {
        known.put(digest, 0);
      }
      for (RamBlockMemory block : guest.blocks()) {
        count(block, known);
      }
      counts = known;
    }
    return known;
  }

  private static void count(RamBlockMemory block, Map<PageDigest, Integer> counts) {
    int page = block.nextNonZero(0);
    while (page >= 0) {
      counts.computeIfPresent(block.pageDigest(page), (_, count) -> count + 1);
      page = page + 1 < block.pages() ? block.nextNonZero(page + 1) : -1;
    }
  }
}
