package org.colotape.analyzer.branch;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.colotape.analyzer.branch.BranchDifference.PageEvidence;
import org.colotape.analyzer.diff.PageBytes;
import org.colotape.analyzer.diff.PageSet;
import org.colotape.replayer.memory.GuestMemory;
import org.colotape.replayer.memory.RamBlockMemory;
import org.colotape.replayer.replay.Replay;
import org.roaringbitmap.PeekableIntIterator;
import org.roaringbitmap.RoaringBitmap;

/**
 * Compares two replays that were the same once. Work follows the pages that either has written
 * since: no others can differ.
 */
final class BranchDiff {
  private final Replay trunk;
  private final int evidence;
  private final Map<String, RoaringBitmap> written = new HashMap<>();
  private boolean evident;

  /**
   * @param evidence of how many pages of a block to keep the bytes
   */
  BranchDiff(Replay trunk, int evidence) {
    this.trunk = trunk;
    this.evidence = evidence;
  }

  /** Takes over what a replay has written since it went on. */
  void advance(Replay replay) {
    for (GuestMemory memory : memories(replay)) {
      for (RamBlockMemory block : memory.blocks()) {
        block.addWritten(
            written.computeIfAbsent(memory.kind() + block.name(), key -> new RoaringBitmap()));
      }
    }
  }

  /** What differs now. */
  List<BranchDifference> compare(int checkpoint, Replay branch) {
    List<BranchDifference> differences = new ArrayList<>();
    for (int i = 0; i < memories(trunk).size(); i++) {
      GuestMemory there = memories(trunk).get(i);
      GuestMemory here = memories(branch).get(i);
      for (RamBlockMemory block : there.blocks()) {
        RamBlockMemory other = here.find(block.name());
        add(differences, checkpoint, there, block, other == null ? block : other, other == null);
      }
      for (RamBlockMemory block : here.blocks()) {
        if (there.find(block.name()) == null) {
          add(differences, checkpoint, here, block, block, true);
        }
      }
    }
    evident |= !differences.isEmpty();
    return differences;
  }

  private void add(
      List<BranchDifference> differences,
      int checkpoint,
      GuestMemory memory,
      RamBlockMemory block,
      RamBlockMemory other,
      boolean alone) {
    BitSet differing = alone ? nonZero(block) : differing(memory, block, other);
    if (!differing.isEmpty()) {
      differences.add(
          new BranchDifference(
              checkpoint,
              memory.kind(),
              block.name(),
              block.pageSize(),
              PageSet.of(differing),
              alone || evident ? List.of() : evidence(differing, block, other)));
    }
  }

  private BitSet differing(GuestMemory memory, RamBlockMemory block, RamBlockMemory other) {
    BitSet differing = new BitSet();
    RoaringBitmap candidates =
        written.getOrDefault(memory.kind() + block.name(), new RoaringBitmap());
    int end = Math.min(block.pages(), other.pages());
    for (PeekableIntIterator pages = candidates.getIntIterator(); pages.hasNext(); ) {
      int page = pages.next();
      if (page < end && block.mismatch(page, other) >= 0) {
        differing.set(page);
      }
    }
    return differing;
  }

  private static BitSet nonZero(RamBlockMemory block) {
    BitSet pages = new BitSet();
    for (int page = block.nextNonZero(0); page >= 0; page = block.nextNonZero(page + 1)) {
      pages.set(page);
    }
    return pages;
  }

  private List<PageEvidence> evidence(
      BitSet differing, RamBlockMemory block, RamBlockMemory other) {
    return differing.stream()
        .limit(evidence)
        .mapToObj(page ->
            new PageEvidence(
                (long) page * block.pageSize(),
                PageBytes.copyOf(block.page(page)),
                PageBytes.copyOf(other.page(page)),
                block.lastWriter(page),
                other.lastWriter(page)))
        .toList();
  }

  private static List<GuestMemory> memories(Replay replay) {
    return List.of(replay.pvm(), replay.cache(), replay.svm());
  }
}
