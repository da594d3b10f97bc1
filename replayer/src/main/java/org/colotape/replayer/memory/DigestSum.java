package org.colotape.replayer.memory;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.colotape.schema.digest.PageDigest;

/** The sum that a {@link BlockDigest} is, kept up to date from one call to the next. */
final class DigestSum {
  private final PageStore store;

  /** Pages that were written since their term was taken out, and have none yet. */
  private final SparseBits pending = new SparseBits();

  /** Pages whose term is in the sum. */
  private final SparseBits counted = new SparseBits();

  private final ByteBuffer term = ByteBuffer.allocate(Long.BYTES + PageDigest.BYTES);
  private long high;
  private long low;

  DigestSum(PageStore store) {
    this.store = store;
  }

  /** Says that a page is going to be written, while it still is {@code version}. */
  void beforeWrite(int page, int version) {
    pending.set(page);
    if (counted.get(page)) {
      counted.clear(page);
      PageDigest before = term(page, store.digest(version));
      boolean borrow = Long.compareUnsigned(low, before.low()) < 0;
      low -= before.low();
      high -= before.high() + (borrow ? 1 : 0);
    }
  }

  /** Forgets pages from {@code pages} on, which were written with zeros before. */
  void shrink(int pages) {
    pending.clearFrom(pages);
  }

  void save(DataOutput out) throws IOException {
    out.writeLong(high);
    out.writeLong(low);
    counted.save(out);
    pending.save(out);
  }

  void load(DataInput in) throws IOException {
    high = in.readLong();
    low = in.readLong();
    counted.load(in);
    pending.load(in);
  }

  /** The digest of the block whose page table this is. */
  BlockDigest of(PageTable table) {
    for (int page = pending.next(0); page >= 0; page = pending.next(page + 1)) {
      PageDigest digest = store.digest(table.get(page));
      if (!digest.equals(store.zeroDigest())) {
        counted.set(page);
        PageDigest after = term(page, digest);
        low += after.low();
        boolean carry = Long.compareUnsigned(low, after.low()) < 0;
        high += after.high() + (carry ? 1 : 0);
      }
    }
    pending.clear();
    return new BlockDigest(high, low);
  }

  private PageDigest term(int page, PageDigest digest) {
    term.clear().putLong(page).putLong(digest.high()).putLong(digest.low());
    return PageDigest.of(term.array(), 0, term.capacity());
  }
}
