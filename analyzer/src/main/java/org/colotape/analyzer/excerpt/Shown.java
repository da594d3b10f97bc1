package org.colotape.analyzer.excerpt;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.colotape.analyzer.diff.BlockComparison;
import org.colotape.analyzer.diff.Divergence;
import org.colotape.analyzer.diff.MemoryPair;
import org.colotape.analyzer.diff.PageSet;
import org.colotape.analyzer.verdict.CheckpointVerdict.Compared;
import org.colotape.analyzer.verdict.RecordingVerdict;
import org.colotape.schema.digest.PageDigest;

/**
 * What an analysis shows to be divergent: an excerpt shows the same if this is equal.
 *
 * @param sets which pages differ, in the order of checkpoints, blocks and pairs
 * @param contents what the two memories held of each, as far as the analysis kept evidence
 */
record Shown(List<Pages> sets, List<Contents> contents) {
  /** Pages of a block on which a pair differs behind a checkpoint. */
  record Pages(int checkpoint, String block, MemoryPair pair, PageSet pages) {}

  /** What a pair of memories held of a page. */
  record Contents(
      int checkpoint,
      String block,
      long offset,
      MemoryPair pair,
      PageDigest left,
      PageDigest right) {}

  /** What a verdict shows. */
  static Shown of(RecordingVerdict verdict) {
    List<Pages> sets = new ArrayList<>();
    List<Contents> contents = new ArrayList<>();
    for (Compared checkpoint : verdict.compared()) {
      for (BlockComparison block : checkpoint.blocks()) {
        for (MemoryPair pair : MemoryPair.values()) {
          PageSet pages = block.differing(pair);
          if (!pages.isEmpty()) {
            sets.add(new Pages(checkpoint.checkpoint(), block.block(), pair, pages));
          }
        }
      }
      for (Divergence page : checkpoint.divergences()) {
        contents.add(
            new Contents(
                page.checkpoint(),
                page.block(),
                page.offset(),
                page.pair(),
                page.left().digest(),
                page.right().digest()));
      }
    }
    return new Shown(sets, contents);
  }

  boolean isEmpty() {
    return sets.isEmpty();
  }

  /** The first divergent checkpoint; there must be one. */
  int first() {
    return sets.getFirst().checkpoint();
  }

  /** The last divergent checkpoint; there must be one. */
  int last() {
    return sets.getLast().checkpoint();
  }

  /** All pages that diverge at some checkpoint. */
  PageChoice pages() {
    Map<String, BitSet> pages = new HashMap<>();
    for (Pages set : sets) {
      BitSet bits = pages.computeIfAbsent(set.block(), block -> new BitSet());
      set.pages().ranges().forEach(range -> bits.set(range.from(), range.to()));
    }
    return PageChoice.of(pages);
  }
}
