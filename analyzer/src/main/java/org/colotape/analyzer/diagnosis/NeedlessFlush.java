package org.colotape.analyzer.diagnosis;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.colotape.replayer.memory.RamBlockMemory;
import org.colotape.replayer.replay.Replay;
import org.colotape.schema.digest.PageDigest;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Memory;
import org.colotape.schema.event.Observation;
import org.colotape.schema.event.Page;
import org.roaringbitmap.RoaringBitmap;

/**
 * Looks for pages that a flush wrote although neither side had changed them. Whoever watches a
 * secondary sees what its guest has changed when it is stopped, and what the flush has changed
 * behind it; images of whole memories, which have only the latter, say nothing of this.
 */
final class NeedlessFlush {
  /** By block the pages that either side changed in the checkpoint that goes on. */
  private final Map<String, RoaringBitmap> changed = new HashMap<>();

  private final EqualPages needless = new EqualPages();
  private boolean stoppedSeen;

  void see(Event event) {
    switch (event.getKind()) {
      case PAGE -> {
        Page page = event.getPage();
        long first = page.getOffset() / page.getPageSize();
        if (first + page.getPages() < Integer.MAX_VALUE) {
          pages(page.getBlock()).add(first, first + page.getPages());
        }
      }
      case CHECKPOINT_SEALED -> {
        changed.clear();
        stoppedSeen = false;
      }
      default -> {
        // changes no page
      }
    }
  }

  /** Takes an observation, as the replay comes by it. */
  void observed(Event event, Replay replay) {
    Observation seen = event.getObservation();
    RamBlockMemory svm = replay.svm().find(seen.getBlock());
    if (seen.getMemory() != Memory.SVM
        || event.getCheckpoint() == 0
        || svm == null
        || seen.getPageSize() != svm.pageSize()) {
      return;
    }
    boolean flushed = replay.flushed();
    stoppedSeen |= !flushed;
    RoaringBitmap touched = pages(seen.getBlock());
    ByteBuffer digests = seen.getDigests().duplicate();
    for (int page = (int) (seen.getOffset() / seen.getPageSize());
        digests.hasRemaining() && page < svm.pages();
        page++) {
      PageDigest digest = new PageDigest(digests.getLong(), digests.getLong());
      if (!flushed) {
        touched.add(page);
      } else if (stoppedSeen && !touched.contains(page) && digest.equals(svm.pageDigest(page))) {
        needless.add(new PageId(seen.getBlock(), page), digest);
      }
    }
  }

  /** The checkpoint is over, or the recording is; the replay stands there. */
  void settle(int checkpoint, Replay replay) {
    needless.settle(checkpoint, replay.pvm());
  }

  /**
   * What was found.
   *
   * @param divergent pages that were looked at for another reason
   */
  List<Fault> faults(Set<PageId> divergent) {
    return Faults.needless(needless, divergent);
  }

  private RoaringBitmap pages(String block) {
    return changed.computeIfAbsent(block, _ -> new RoaringBitmap());
  }
}
