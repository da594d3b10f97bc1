package org.colotape.analyzer.diagnosis;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.colotape.analyzer.diagnosis.Fault.Confidence;
import org.colotape.replayer.memory.RamBlockMemory;
import org.colotape.replayer.replay.Replay;
import org.colotape.schema.digest.PageDigest;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.Memory;
import org.colotape.schema.event.Observation;

/**
 * Looks at SVM RAM while a checkpoint is not whole yet: the SVM stands still, so a page that came
 * with the checkpoint must be what it was when the SVM was stopped.
 */
final class EarlyFlush {
  /** What pages held when the SVM was stopped, those that were seen. */
  private final Map<PageId, PageDigest> stopped = new HashMap<>();

  /** Blocks of which the SVM, stopped, was seen before their pages came. */
  private final Set<String> looked = new HashSet<>();

  /** Pages that changed between two looks. */
  private final EqualPages seen = new EqualPages();

  /** Pages that are not what the last flush made them; their guest may have written them since. */
  private final EqualPages supposed = new EqualPages();

  void see(Event event) {
    if (event.getKind() == Kind.CHECKPOINT_SEALED) {
      stopped.clear();
      looked.clear();
    }
  }

  /** Takes an observation, as the replay comes by it. */
  void observed(Event event, Replay replay) {
    Observation look = event.getObservation();
    RamBlockMemory cache = replay.cache().find(look.getBlock());
    RamBlockMemory svm = replay.svm().find(look.getBlock());
    if (look.getMemory() != Memory.SVM
        || event.getCheckpoint() == 0
        || replay.flushed()
        || cache == null
        || svm == null
        || look.getPageSize() != svm.pageSize()) {
      return;
    }
    ByteBuffer digests = look.getDigests().duplicate();
    for (int page = (int) (look.getOffset() / look.getPageSize());
        digests.hasRemaining() && page < svm.pages();
        page++) {
      PageId id = new PageId(look.getBlock(), page);
      PageDigest digest = new PageDigest(digests.getLong(), digests.getLong());
      if (!replay.isReceived(look.getBlock(), page)) {
        stopped.put(id, digest);
        looked.add(look.getBlock());
      } else if (digest.equals(cache.pageDigest(page))
          && !digest.equals(stopped.getOrDefault(id, svm.pageDigest(page)))) {
        (looked.contains(look.getBlock()) ? seen : supposed).add(id, digest);
      }
    }
  }

  /** The checkpoint is over, or the recording is; the replay stands there. */
  void settle(int checkpoint, Replay replay) {
    seen.settle(checkpoint, replay.pvm());
    supposed.settle(checkpoint, replay.pvm());
  }

  /** What was found. */
  List<Fault> faults() {
    List<Fault> faults = new ArrayList<>(Faults.early(seen, Confidence.CERTAIN));
    faults.addAll(Faults.early(supposed, Confidence.LIKELY));
    return faults;
  }
}
