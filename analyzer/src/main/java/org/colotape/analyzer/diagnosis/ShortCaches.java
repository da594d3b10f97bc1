package org.colotape.analyzer.diagnosis;

import java.util.BitSet;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.colotape.analyzer.diagnosis.Fault.Confidence;
import org.colotape.replayer.memory.GuestMemory;
import org.colotape.replayer.memory.RamBlockMemory;
import org.jspecify.annotations.Nullable;

/**
 * Finds blocks whose cache is too short: from some page on nothing that was sent is in it, and
 * before that page all is.
 *
 * @param sent the PVM as the stream told it last
 */
record ShortCaches(GuestMemory sent) {
  private static final Set<Cause> OF_CACHE =
      EnumSet.of(Cause.NOT_IN_CACHE, Cause.STALE, Cause.ZERO_NOT_APPLIED);

  private static final int FEWEST_PAGES = 2;

  /** The same pages; those behind the end of a cache have that as their cause. */
  List<DiagnosedPage> apart(List<DiagnosedPage> pages) {
    Map<String, BitSet> wrong = new TreeMap<>();
    for (DiagnosedPage page : pages) {
      if (OF_CACHE.contains(page.result().cause())) {
        wrong.computeIfAbsent(page.page().block(), _ -> new BitSet()).set(page.page().page());
      }
    }
    wrong.values().removeIf(bits -> bits.cardinality() < FEWEST_PAGES);
    wrong.entrySet().removeIf(entry -> !isShort(sent.find(entry.getKey()), entry.getValue()));
    return pages.stream()
        .map(page -> wrong.containsKey(page.page().block()) ? beyond(page) : page)
        .toList();
  }

  private static boolean isShort(@Nullable RamBlockMemory block, BitSet wrong) {
    if (block == null) {
      return false;
    }
    int first = wrong.nextSetBit(0);
    int filled = block.nextNonZero(0);
    if (filled < 0 || filled >= first) {
      return false;
    }
    for (int page = block.nextNonZero(first); page >= 0; page = next(block, page)) {
      if (!wrong.get(page)) {
        return false;
      }
    }
    return true;
  }

  private static int next(RamBlockMemory block, int page) {
    return page + 1 < block.pages() ? block.nextNonZero(page + 1) : -1;
  }

  private static DiagnosedPage beyond(DiagnosedPage page) {
    return OF_CACHE.contains(page.result().cause())
        ? new DiagnosedPage(
            page.page(),
            page.checkpoint(),
            new Classification.Result(Cause.BEYOND_USED_LENGTH, -1, Confidence.LIKELY),
            page.event(),
            page.specimen())
        : page;
  }
}
