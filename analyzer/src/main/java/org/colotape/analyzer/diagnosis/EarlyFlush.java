package org.colotape.analyzer.diagnosis;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
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

  private final SortedMap<Integer, Set<PageId>> early = new TreeMap<>();

  void see(Event event) {
    if (event.getKind() == Kind.CHECKPOINT_SEALED) {
      stopped.clear();
    }
  }

  /** Takes an observation, as the replay comes by it. */
  void observed(Event event, Replay replay) {
    Observation seen = event.getObservation();
    RamBlockMemory cache = replay.cache().find(seen.getBlock());
    RamBlockMemory svm = replay.svm().find(seen.getBlock());
    if (seen.getMemory() != Memory.SVM
        || event.getCheckpoint() == 0
        || replay.flushed()
        || cache == null
        || svm == null
        || seen.getPageSize() != svm.pageSize()) {
      return;
    }
    ByteBuffer digests = seen.getDigests().duplicate();
    for (int page = (int) (seen.getOffset() / seen.getPageSize());
        digests.hasRemaining() && page < svm.pages();
        page++) {
      PageId id = new PageId(seen.getBlock(), page);
      PageDigest digest = new PageDigest(digests.getLong(), digests.getLong());
      if (!replay.isReceived(seen.getBlock(), page)) {
        stopped.put(id, digest);
      } else if (digest.equals(cache.pageDigest(page))
          && !digest.equals(stopped.getOrDefault(id, svm.pageDigest(page)))) {
        early.computeIfAbsent(event.getCheckpoint(), _ -> new TreeSet<>()).add(id);
      }
    }
  }

  /** By checkpoint the pages that changed too early. */
  SortedMap<Integer, Set<PageId>> pages() {
    return early;
  }
}
