package org.colotape.replayer.memory;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.BitSet;
import java.util.HexFormat;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.digest.PageDigest;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.BitSetUtil;
import org.roaringbitmap.RoaringBitmap;

/**
 * The contents of one RAM block in one memory. Pages are named by their index: offset in the block
 * divided by page size. A page that was never written reads as zeros and takes no space.
 *
 * <p>All page indexes must lie in the block; callers check what comes from a stream. Used by one
 * thread at a time.
 */
public final class RamBlockMemory implements AutoCloseable {
  /** Leaves room for the end of a run of pages within an int. */
  private static final int MAX_PAGES = Integer.MAX_VALUE - (1 << 20);

  private final String name;
  private final PageStore store;
  private final RoaringBitmap written = new RoaringBitmap();
  private final DigestSum digest;
  private PageTable table;
  private long usedLength;
  private boolean closed;

  /**
   * A block of zeros.
   *
   * @param name its name in the stream
   * @param usedLength its length in bytes: a multiple of the store's page size
   * @param store keeps its pages
   * @throws ColotapeException if there is no space for it
   */
  public RamBlockMemory(String name, long usedLength, PageStore store) {
    if (!isPossible(usedLength, store.pageSize())) {
      throw new IllegalArgumentException(
          "RAM block " + name + " of " + usedLength + " bytes in pages of " + store.pageSize());
    }
    this.name = name;
    this.store = store;
    this.usedLength = usedLength;
    this.digest = new DigestSum(store);
    this.table = new PageTable(name, (int) (usedLength / store.pageSize()), store.scratch());
  }

  /**
   * True if a block can have that length and page size: a whole number of pages, not beyond 2^31 of
   * them.
   */
  public static boolean isPossible(long usedLength, int pageSize) {
    return PageStore.isPossible(pageSize)
        && usedLength >= 0
        && usedLength % pageSize == 0
        && usedLength / pageSize <= MAX_PAGES;
  }

  /** The block's name, in QEMU's spelling. */
  public String name() {
    return name;
  }

  /** Bytes of the block in use. */
  public long usedLength() {
    return usedLength;
  }

  /** Size of a page in bytes. */
  public int pageSize() {
    return store.pageSize();
  }

  /** Number of pages. */
  public int pages() {
    return table.pages();
  }

  /** Writes a page from as many bytes of an array. */
  public void write(int page, byte[] source, int start) {
    int old = beforeWrite(page);
    table.set(page, store.replace(old, source, start));
  }

  /** Fills a page with one byte. */
  public void fill(int page, byte value) {
    if (value == 0) {
      zero(page, page + 1);
    } else {
      int old = beforeWrite(page);
      table.set(page, store.replace(old, value));
    }
  }

  /**
   * Sets pages {@code from} to {@code to - 1} to zero; where nothing was written that costs
   * nothing.
   */
  public void zero(int from, int to) {
    store.checkWritable();
    boolean all = store.keepsWriters();
    for (int page = all ? from : table().next(from);
        page >= 0 && page < to;
        page = all ? page + 1 : table.next(page + 1)) {
      int old = beforeWrite(page);
      table.set(page, store.replaceByZeros(old));
    }
    written.add((long) from, (long) to);
  }

  /**
   * Sets those of the pages {@code from} to {@code to - 1} to zero that were ever written; the
   * others are zeros that nobody wrote, and stay so.
   */
  public void forget(int from, int to) {
    store.checkWritable();
    for (int page = table().next(from); page >= 0 && page < to; page = table.next(page + 1)) {
      int old = beforeWrite(page);
      table.set(page, store.replaceByZeros(old));
    }
  }

  /** Makes a page what it is in another memory of the same store, its last writer included. */
  public void copy(int page, RamBlockMemory source) {
    store.checkWritable();
    if (source.store != store) {
      throw new IllegalArgumentException("page of another store");
    }
    int now = source.table().get(page);
    if (now != table().get(page)) {
      int old = beforeWrite(page);
      store.retain(now);
      store.release(old);
      table.set(page, now);
    }
    written.add(page);
  }

  /**
   * Makes all pages that were written in another memory of the same store what they are there.
   * Works through all of them.
   */
  public void copyAll(RamBlockMemory source) {
    for (int page = source.table().next(0); page >= 0; page = source.table().next(page + 1)) {
      copy(page, source);
    }
  }

  /** The event that last wrote a page; null if none did, or writers are not remembered. */
  public @Nullable PageWriter lastWriter(int page) {
    return store.writer(table().get(page));
  }

  /**
   * A page's bytes as they are now, for reading. What it shows after the next write is not defined.
   */
  public MemorySegment page(int page) {
    return store.contents(table().get(page));
  }

  /** Copies a page's bytes into an array. */
  public void read(int page, byte[] target, int start) {
    MemorySegment.copy(page(page), ValueLayout.JAVA_BYTE, 0, target, start, pageSize());
  }

  /**
   * True if the page and the same page of another memory are one and the same write, so that they
   * surely agree.
   */
  public boolean shares(int page, RamBlockMemory other) {
    return store == other.store && table().get(page) == other.table().get(page);
  }

  /**
   * Place in the page of the first byte that differs from the same page of another memory, or -1 if
   * none does.
   */
  public int mismatch(int page, RamBlockMemory other) {
    return shares(page, other)
        ? -1
        : store.mismatch(table().get(page), other.store, other.table().get(page));
  }

  /** True if the page is surely all zeros; false if it was written with something and may be. */
  public boolean isKnownZero(int page) {
    return table().get(page) <= 0;
  }

  /** First page from {@code page} on that may hold something else than zeros, or -1. */
  public int nextNonZero(int page) {
    int next = table().next(page);
    while (next >= 0 && table.get(next) < 0) {
      next = table.next(next + 1);
    }
    return next;
  }

  /**
   * Pages written since {@link #clearWritten}, whether their contents changed or not. The set is
   * the caller's; in a large block {@link #addWritten} costs less.
   */
  public BitSet written() {
    return BitSetUtil.bitsetOf(written);
  }

  /** Adds the pages of {@link #written}; work is proportional to what was written. */
  public void addWritten(RoaringBitmap pages) {
    pages.or(written);
  }

  /** Number of pages of {@link #written}. */
  public int writtenCount() {
    return written.getCardinality();
  }

  /** Empties {@link #written}. */
  public void clearWritten() {
    written.clear();
  }

  /** Digest of a page; kept until it is written again. */
  public PageDigest pageDigest(int page) {
    return store.digest(table().get(page));
  }

  /** Digest of the block; work is proportional to the pages written since it was last asked for. */
  public BlockDigest digest() {
    return digest.of(table());
  }

  /**
   * SHA-256 of the whole block, as {@code sha256sum} gives for its raw image. A full scan: work is
   * proportional to the used length, at about 1 GB/s.
   *
   * @return 64 hexadecimal digits
   */
  public String sha256() {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      for (int page = 0; page < pages(); page++) {
        sha.update(page(page).asByteBuffer());
      }
      return HexFormat.of().formatHex(sha.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Writes which pages of the store the block is made of, for {@link #load}. */
  public void save(DataOutput out) throws IOException {
    table().save(out);
    SavedState.write(out, written());
    digest.save(out);
  }

  /** Fills a block of zeros, of the same length, with what {@link #save} wrote. */
  public void load(DataInput in) throws IOException {
    table().load(in);
    written.or(BitSetUtil.bitmapOf(SavedState.read(in)));
    digest.load(in);
  }

  /**
   * Gives the block another length, as a second RAM block list may (QEMU system/physmem.c,
   * qemu_ram_resize). Contents below both lengths stay, the rest is zero. Works through all pages
   * that were written.
   *
   * @throws ColotapeException if there is no space for it; the block is then as before
   */
  public void resize(long newLength) {
    if (!isPossible(newLength, pageSize())) {
      throw new IllegalArgumentException("RAM block " + name + " of " + newLength + " bytes");
    }
    store.checkWritable();
    PageTable before = table();
    PageTable after = new PageTable(name, (int) (newLength / pageSize()), store.scratch());
    for (int page = before.next(0); page >= 0; page = before.next(page + 1)) {
      if (page < after.pages()) {
        after.set(page, before.get(page));
      } else {
        store.release(beforeWrite(page));
        before.set(page, 0);
      }
    }
    digest.shrink(after.pages());
    written.remove((long) after.pages(), (long) Math.max(after.pages(), before.pages()));
    before.close();
    table = after;
    usedLength = newLength;
  }

  /**
   * Gives the space of the page table back; the pages' is the store's. Later use fails; closing
   * again does nothing.
   */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      table.close();
    }
  }

  private PageTable table() {
    if (closed) {
      throw new IllegalStateException("RAM block " + name + " was released");
    }
    return table;
  }

  /** Notes that the page is going to be written, and tells what it is until then. */
  private int beforeWrite(int page) {
    store.checkWritable();
    int old = table().get(page);
    digest.beforeWrite(page, old);
    written.add(page);
    return old;
  }
}
