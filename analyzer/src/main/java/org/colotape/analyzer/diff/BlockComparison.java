package org.colotape.analyzer.diff;

import java.util.List;
import java.util.Map;
import org.colotape.schema.event.Memory;

/**
 * How the memories of one RAM block compare at a checkpoint.
 *
 * @param block name of the RAM block
 * @param pageSize page size in bytes
 * @param pages number of pages in use
 * @param compared number of pages that were looked at: those that may have changed since the
 *     comparison before
 * @param whole true if that was every page that is not known to be zero, because a memory was seen
 *     for the first time
 * @param sources where each memory is known from; a memory of which nothing is known is not in it
 * @param differing the differing pages of each pair that differs
 */
public record BlockComparison(
    String block,
    int pageSize,
    int pages,
    int compared,
    boolean whole,
    Map<Memory, Source> sources,
    Map<MemoryPair, PageSet> differing) {
  /** What a memory is known from, over all of these blocks that know of it. */
  public static Source source(List<BlockComparison> blocks, Memory memory) {
    List<Source> sources =
        blocks.stream()
            .filter(block -> block.sources().containsKey(memory))
            .map(block -> block.sources().get(memory))
            .distinct()
            .toList();
    return sources.size() == 1 ? sources.getFirst() : Source.PARTLY_OBSERVED;
  }

  /** The differing pages of a pair. */
  public PageSet differing(MemoryPair pair) {
    return differing.getOrDefault(pair, PageSet.EMPTY);
  }

  /** The pages on which any two memories differ. */
  public PageSet differingPages() {
    return differing.values().stream().reduce(PageSet.EMPTY, PageSet::union);
  }
}
