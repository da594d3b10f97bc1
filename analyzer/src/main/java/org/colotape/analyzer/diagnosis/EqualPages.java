package org.colotape.analyzer.diagnosis;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.colotape.replayer.memory.GuestMemory;
import org.colotape.schema.digest.PageDigest;

/**
 * Pages that speak of a flush because they equal what it writes, checkpoint by checkpoint; those
 * with contents of their own apart from those with contents that other pages hold, too.
 */
final class EqualPages {
  /** Of the checkpoint that goes on. */
  private final Map<PageId, PageDigest> open = new HashMap<>();

  private final Fills fills = new Fills();
  private final SortedMap<Integer, Map<Sharing, SortedSet<PageId>>> settled = new TreeMap<>();

  /** Adds a page of the checkpoint that goes on. */
  void add(PageId page, PageDigest held) {
    open.put(page, held);
  }

  /**
   * The checkpoint is over, or the recording is.
   *
   * @param guest the PVM as the stream tells it
   */
  void settle(int checkpoint, GuestMemory guest) {
    if (!open.isEmpty()) {
      Holders holders = new Holders(guest, fills, open.values()::stream);
      Map<Sharing, SortedSet<PageId>> pages =
          settled.computeIfAbsent(checkpoint, _ -> new EnumMap<>(Sharing.class));
      open.forEach((page, held) ->
          pages.computeIfAbsent(holders.others(held, page), _ -> new TreeSet<>()).add(page));
      open.clear();
    }
  }

  /** The pages of each checkpoint, by who else holds what they hold. */
  SortedMap<Integer, Map<Sharing, SortedSet<PageId>>> pages() {
    return settled;
  }
}
