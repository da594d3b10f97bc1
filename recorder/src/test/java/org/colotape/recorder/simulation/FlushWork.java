package org.colotape.recorder.simulation;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.colotape.schema.event.ColoMessageType;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Memory;
import org.colotape.schema.event.Observation;
import org.colotape.schema.event.Page;

/**
 * What a recording tells of flushed pages: those observed of the SVM behind RECEIVED.
 *
 * @param needless by checkpoint: how many of them agree with PVM and cache, and were neither sent
 *     nor written by the SVM's guest
 */
record FlushWork(Map<Integer, Long> needless) {
  /** A page of a recording. */
  private record Place(String block, long offset) {}

  static FlushWork of(List<Event> events) {
    Map<Integer, Long> needless = new TreeMap<>();
    Set<Place> due = new HashSet<>();
    Set<Place> flushed = new HashSet<>();
    Map<Place, Long> primary = new HashMap<>();
    Map<Place, Long> cache = new HashMap<>();
    boolean received = false;
    for (Event event : events) {
      switch (event.getKind()) {
        case COLO_MESSAGE ->
            received |= event.getMessage().getType() == ColoMessageType.VMSTATE_RECEIVED;
        case PAGE -> due.addAll(places(event.getPage()));
        case OBSERVATION -> {
          Observation seen = event.getObservation();
          Map<Place, Long> pages = pages(seen);
          if (seen.getMemory() == Memory.PVM) {
            primary.putAll(pages);
          } else if (seen.getMemory() == Memory.CACHE) {
            cache.putAll(pages);
          } else if (seen.getMemory() == Memory.SVM && !received) {
            due.addAll(pages.keySet());
          } else if (seen.getMemory() == Memory.SVM) {
            pages.forEach((place, digest) -> {
              if (primary.getOrDefault(place, digest).equals(digest)
                  && cache.getOrDefault(place, digest).equals(digest)) {
                flushed.add(place);
              }
            });
          }
        }
        case CHECKPOINT_SEALED -> {
          flushed.removeAll(due);
          if (!flushed.isEmpty()) {
            needless.put(event.getCheckpoint(), (long) flushed.size());
          }
          due.clear();
          flushed.clear();
          primary.clear();
          cache.clear();
          received = false;
        }
        default -> {}
      }
    }
    return new FlushWork(needless);
  }

  private static Set<Place> places(Page page) {
    Set<Place> places = new HashSet<>();
    for (int i = 0; i < page.getPages(); i++) {
      places.add(new Place(page.getBlock(), page.getOffset() + (long) i * page.getPageSize()));
    }
    return places;
  }

  /** Half of the digest of each page. */
  private static Map<Place, Long> pages(Observation seen) {
    Map<Place, Long> pages = new HashMap<>();
    ByteBuffer digests = seen.getDigests().duplicate();
    for (long at = seen.getOffset(); digests.hasRemaining(); at += seen.getPageSize()) {
      pages.put(new Place(seen.getBlock(), at), digests.getLong());
      digests.getLong();
    }
    return pages;
  }
}
