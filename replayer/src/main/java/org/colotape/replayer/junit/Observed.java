package org.colotape.replayer.junit;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.colotape.schema.digest.PageDigest;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Memory;
import org.colotape.schema.event.Observation;
import org.colotape.schema.event.ObservedPage;
import org.jspecify.annotations.Nullable;

/**
 * What was seen of one memory from outside at a checkpoint: digests of pages, and bytes of some.
 */
public final class Observed {
  private final Memory memory;
  private final Map<String, SortedMap<Long, PageDigest>> digests = new LinkedHashMap<>();
  private final Map<String, Map<Long, byte[]>> bytes = new HashMap<>();

  /**
   * What events say of a memory; later ones count.
   *
   * @param events of kind OBSERVATION, of any memory
   */
  Observed(Memory memory, Iterable<Event> events) {
    this.memory = memory;
    for (Event event : events) {
      Observation seen = event.getObservation();
      if (seen.getMemory() == memory) {
        add(seen);
      }
    }
  }

  private void add(Observation seen) {
    SortedMap<Long, PageDigest> pages =
        digests.computeIfAbsent(seen.getBlock(), name -> new TreeMap<>());
    Map<Long, byte[]> contents = bytes.computeIfAbsent(seen.getBlock(), name -> new HashMap<>());
    ByteBuffer each = seen.getDigests().duplicate();
    for (long at = seen.getOffset(); each.hasRemaining(); at += seen.getPageSize()) {
      pages.put(at, new PageDigest(each.getLong(), each.getLong()));
      contents.remove(at);
    }
    for (ObservedPage page : seen.getDiffering()) {
      byte[] copy = new byte[page.getContents().remaining()];
      page.getContents().duplicate().get(copy);
      contents.put(page.getOffset(), copy);
    }
  }

  /** Which memory. */
  public Memory memory() {
    return memory;
  }

  /** True if nothing was seen of it. */
  public boolean isEmpty() {
    return digests.isEmpty();
  }

  /** The RAM blocks of which pages were seen. */
  public Set<String> blocks() {
    return Set.copyOf(digests.keySet());
  }

  /** Offsets of the pages that were seen of a block, in ascending order. */
  public List<Long> pages(String block) {
    return List.copyOf(digests.getOrDefault(block, new TreeMap<>()).keySet());
  }

  /** Digest of a page, or null if it was not seen. */
  public @Nullable PageDigest digest(String block, long offset) {
    return digests.getOrDefault(block, new TreeMap<>()).get(offset);
  }

  /** Bytes of a page, or null if only its digest is known. */
  public byte @Nullable [] bytes(String block, long offset) {
    byte[] known = bytes.getOrDefault(block, Map.of()).get(offset);
    return known == null ? null : known.clone();
  }

  /** The same without the blocks that are not named. */
  Observed only(Set<String> blocks) {
    Observed less = new Observed(memory, List.of());
    for (String block : blocks) {
      if (digests.containsKey(block)) {
        less.digests.put(block, digests.getOrDefault(block, new TreeMap<>()));
        less.bytes.put(block, bytes.getOrDefault(block, Map.of()));
      }
    }
    return less;
  }
}
