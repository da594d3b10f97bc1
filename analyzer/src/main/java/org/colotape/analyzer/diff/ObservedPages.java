package org.colotape.analyzer.diff;

import java.lang.foreign.MemorySegment;
import java.util.BitSet;
import org.colotape.replayer.memory.RamBlockMemory;
import org.colotape.schema.digest.PageDigest;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;

/**
 * What was observed of one memory of one RAM block: of each page the digest that was seen last, and
 * of some the bytes at this checkpoint. Costs 16 bytes a page, for stretches that were ever
 * observed; the bytes are off-heap.
 */
final class ObservedPages implements AutoCloseable {
  /** Pages whose digests are stored together: a lone observed page must not cost much. */
  private static final int STRETCH = 32;

  private static final int LONGS = 2 * STRETCH;

  private final RamBlockMemory contents;
  private final long[] @Nullable [] digests;

  /** Pages whose bytes were observed at this checkpoint. */
  private final RoaringBitmap withBytes = new RoaringBitmap();

  private final RoaringBitmap observed = new RoaringBitmap();
  private final BitSet everObserved = new BitSet();
  private final RoaringBitmap changed = new RoaringBitmap();

  /**
   * @param contents an empty block of the right size, for the bytes; closed with this
   */
  ObservedPages(RamBlockMemory contents) {
    this.contents = contents;
    this.digests = new long[(contents.pages() + STRETCH - 1) / STRETCH][];
  }

  /** Number of pages that can be observed. */
  int pages() {
    return contents.pages();
  }

  /** A page was observed at this checkpoint. */
  void set(int page, long high, long low) {
    long[] stretch = digests[page / STRETCH];
    if (stretch == null) {
      stretch = new long[LONGS];
      digests[page / STRETCH] = stretch;
    }
    int at = 2 * (page % STRETCH);
    if (!everObserved.get(page) || stretch[at] != high || stretch[at + 1] != low) {
      stretch[at] = high;
      stretch[at + 1] = low;
      changed.add(page);
      everObserved.set(page);
    }
    observed.add(page);
    withBytes.remove(page);
  }

  /** The bytes of a page that was observed at this checkpoint. */
  void setBytes(int page, byte[] source, int start) {
    contents.write(page, source, start);
    withBytes.add(page);
  }

  /** The digest that was observed last. */
  PageDigest digest(int page) {
    long[] stretch = digests[page / STRETCH];
    if (stretch == null || !everObserved.get(page)) {
      throw new IllegalStateException("page " + page + " was never observed");
    }
    int at = 2 * (page % STRETCH);
    return new PageDigest(stretch[at], stretch[at + 1]);
  }

  /** The bytes of a page at this checkpoint, or null if they were not recorded. */
  @Nullable MemorySegment bytes(int page) {
    return withBytes.contains(page) ? contents.page(page) : null;
  }

  /** Pages observed at this checkpoint. */
  RoaringBitmap observed() {
    return observed;
  }

  /** Pages whose observed digest changed since {@link #compared}. */
  RoaringBitmap changed() {
    return changed;
  }

  /** A comparison was made: changes count from here. */
  void compared() {
    changed.clear();
  }

  /** A new checkpoint begins, of which nothing is observed yet. */
  void nextCheckpoint() {
    observed.clear();
    withBytes.clear();
  }

  @Override
  public void close() {
    contents.close();
  }
}
