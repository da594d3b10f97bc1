package org.colotape.analyzer.verdict;

import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.colotape.analyzer.diff.BlockComparison;
import org.colotape.analyzer.diff.MemoryPair;
import org.colotape.analyzer.diff.PageSet;
import org.colotape.replayer.memory.GuestMemory;
import org.colotape.replayer.memory.RamBlockMemory;
import org.colotape.schema.event.Memory;
import org.colotape.schema.event.Observation;

/**
 * Finds pages whose change the primary forgot: what was observed of it is not what it last sent, it
 * did not send them in the checkpoint, and the cache lacks what they are now.
 */
final class LostDirtyPages {
  /** By block, the pages that were observed with other contents than the stream told. */
  private final Map<String, BitSet> unlikeStream = new HashMap<>();

  /** Sees an observation of the checkpoint that goes on. */
  void see(Observation seen) {
    if (seen.getMemory() == Memory.PVM && seen.getPageSize() > 0) {
      BitSet pages = unlikeStream.computeIfAbsent(seen.getBlock(), _ -> new BitSet());
      seen.getDiffering().stream()
          .mapToLong(page -> page.getOffset() / seen.getPageSize())
          .filter(page -> page >= 0 && page < Integer.MAX_VALUE)
          .forEach(page -> pages.set((int) page));
    }
  }

  /** What was lost in the checkpoint that ends. */
  List<Remark> in(int checkpoint, List<BlockComparison> blocks, GuestMemory pvm) {
    return blocks.stream()
        .map(block -> new Remark.LostDirty(checkpoint, block.block(), lost(block, pvm)))
        .filter(remark -> !remark.pages().isEmpty())
        .<Remark>map(remark -> remark)
        .toList();
  }

  /** The next checkpoint begins. */
  void nextCheckpoint() {
    unlikeStream.clear();
  }

  private PageSet lost(BlockComparison block, GuestMemory pvm) {
    BitSet lost = new BitSet();
    BitSet candidates = unlikeStream.getOrDefault(block.block(), new BitSet());
    block.differing(MemoryPair.PVM_CACHE).pages().filter(candidates::get).forEach(lost::set);
    RamBlockMemory sent = pvm.find(block.block());
    if (sent != null) {
      lost.andNot(sent.written());
    }
    return PageSet.of(lost);
  }
}
