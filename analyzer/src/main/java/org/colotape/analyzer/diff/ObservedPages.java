package org.colotape.analyzer.diff;

import java.lang.foreign.MemorySegment;
import java.util.BitSet;
import org.colotape.replayer.memory.RamBlockMemory;
import org.colotape.schema.digest.PageDigest;
import org.colotape.schema.layout.PageRegion;
import org.jspecify.annotations.Nullable;

/**
 * What was observed of one memory of one RAM block: of each page the digest that was seen last, and
 * of some the bytes at this checkpoint. Costs 16 bytes a page, for regions that were ever observed;
 * the bytes are off-heap.
 */
final class ObservedPages implements AutoCloseable {
  private static final int LONGS = 2 * PageRegion.PAGES;

  private final RamBlockMemory contents;
  private final long[] @Nullable [] digests;

  /** Pages whose bytes were observed at this checkpoint. */
  private final BitSet withBytes = new BitSet();

  private final BitSet observed = new BitSet();
  private final BitSet everObserved = new BitSet();
  private final BitSet changed = new BitSet();

  /**
   * @param contents an empty block of the right size, for the bytes; closed with this
   */
  ObservedPages(RamBlockMemory contents) {
    this.contents = contents;
    this.digests = new long[(contents.pages() + PageRegion.PAGES - 1) / PageRegion.PAGES][];
  }

  /** Number of pages that can be observed. */
  int pages() {
    return contents.pages();
  }

  /** A page was observed at this checkpoint. */
  void set(int page, long high, long low) {
    long[] region = digests[page / PageRegion.PAGES];
    if (region == null) {
      region = new long[LONGS];
      digests[page / PageRegion.PAGES] = region;
    }
    int at = 2 * (page % PageRegion.PAGES);
    if (!everObserved.get(page) || region[at] != high || region[at + 1] != low) {
      region[at] = high;
      region[at + 1] = low;
      changed.set(page);
      everObserved.set(page);
    }
    observed.set(page);
    withBytes.clear(page);
  }

  /** The bytes of a page that was observed at this checkpoint. */
  void setBytes(int page, byte[] source, int start) {
    contents.write(page, source, start);
    withBytes.set(page);
  }

  /** The digest that was observed last. */
  PageDigest digest(int page) {
    long[] region = digests[page / PageRegion.PAGES];
    if (region == null || !everObserved.get(page)) {
      throw new IllegalStateException("page " + page + " was never observed");
    }
    int at = 2 * (page % PageRegion.PAGES);
    return new PageDigest(region[at], region[at + 1]);
  }

  /** The bytes of a page at this checkpoint, or null if they were not recorded. */
  @Nullable MemorySegment bytes(int page) {
    return withBytes.get(page) ? contents.page(page) : null;
  }

  /** Pages observed at this checkpoint. */
  BitSet observed() {
    return observed;
  }

  /** Pages whose observed digest changed since {@link #compared}. */
  BitSet changed() {
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
