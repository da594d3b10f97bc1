package org.colotape.replayer.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.BitSet;
import java.util.HexFormat;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.digest.PageDigest;
import org.colotape.schema.layout.PageRegion;
import org.jspecify.annotations.Nullable;

/**
 * The contents of one RAM block in one memory. Pages are named by their index: offset in the block
 * divided by page size. A page that was never written reads as zeros and takes no space; setting it
 * to zero costs nothing.
 *
 * <p>All page indexes must lie in the block; callers check what comes from a stream. Used by one
 * thread at a time.
 */
public final class RamBlockMemory implements AutoCloseable {
  /** Keeps page arithmetic, which rounds up to regions, within an int. */
  private static final int MAX_PAGES = Integer.MAX_VALUE - PageRegion.PAGES;

  private final String name;
  private final int pageSize;
  private final ScratchSpace scratch;
  private final MemorySegment zeroPage;

  /** Pages that may hold something else than zeros. */
  private final BitSet nonZero = new BitSet();

  private final BitSet written = new BitSet();
  private final @Nullable WriterTable writers;
  private DigestTable digests;
  private long usedLength;
  private ScratchMapping mapping;
  private boolean closed;

  /**
   * A block of zeros.
   *
   * @param name its name in the stream
   * @param usedLength its length in bytes: a multiple of the page size
   * @param pageSize page size in bytes: a power of two
   * @param scratch where its space comes from
   * @param keepWriters true to remember which event last wrote each page, for 20 bytes a page
   * @throws ColotapeException if there is no space for it
   */
  public RamBlockMemory(
      String name, long usedLength, int pageSize, ScratchSpace scratch, boolean keepWriters) {
    int pages = pageCount(name, usedLength, pageSize);
    this.name = name;
    this.pageSize = pageSize;
    this.scratch = scratch;
    this.zeroPage = MemorySegment.ofArray(new byte[pageSize]).asReadOnly();
    this.digests = new DigestTable(pages, pageSize);
    this.writers = keepWriters ? new WriterTable(pages) : null;
    this.usedLength = usedLength;
    this.mapping = scratch.map("RAM block " + name, usedLength);
  }

  /**
   * True if a block can have that length and page size: a whole number of pages, not beyond 2^31 of
   * them.
   */
  public static boolean isPossible(long usedLength, int pageSize) {
    return pageSize >= 1
        && Integer.bitCount(pageSize) == 1
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
    return pageSize;
  }

  /** Number of pages. */
  public int pages() {
    return (int) (usedLength / pageSize);
  }

  /** Writes a page from {@code pageSize} bytes of an array. */
  public void write(int page, byte[] source, int start) {
    MemorySegment.copy(
        source, start, memory(), ValueLayout.JAVA_BYTE, (long) page * pageSize, pageSize);
    contentsChanged(page);
  }

  /** Fills a page with one byte. */
  public void fill(int page, byte value) {
    if (value == 0) {
      zero(page, page + 1);
      return;
    }
    memory().asSlice((long) page * pageSize, pageSize).fill(value);
    contentsChanged(page);
  }

  /** Sets pages {@code from} to {@code to - 1} to zero. */
  public void zero(int from, int to) {
    MemorySegment all = memory();
    for (int page = nonZero.nextSetBit(from); page >= 0 && page < to; ) {
      int end = Math.min(nonZero.nextClearBit(page), to);
      all.asSlice((long) page * pageSize, (long) (end - page) * pageSize).fill((byte) 0);
      nonZero.clear(page, end);
      digests.invalidate(page, end);
      page = nonZero.nextSetBit(end);
    }
    written.set(from, to);
  }

  /**
   * Makes a page what it is in another memory of the same block, and takes over what that knows of
   * its last writer.
   */
  public void copy(int page, RamBlockMemory source) {
    if (source.nonZero.get(page)) {
      long offset = (long) page * pageSize;
      MemorySegment.copy(source.memory(), offset, memory(), offset, pageSize);
      contentsChanged(page);
    } else {
      zero(page, page + 1);
    }
    if (writers != null && source.writers != null) {
      writers.copy(page, source.writers);
    }
  }

  /**
   * Remembers which event wrote pages {@code from} to {@code to - 1}, if this memory remembers
   * writers.
   *
   * @param seq the event's place in the recording
   * @param streamOffset place of its first wire byte in its channel
   * @param checkpoint the checkpoint it belongs to
   */
  public void writtenBy(int from, int to, long seq, long streamOffset, int checkpoint) {
    if (writers == null) {
      return;
    }
    for (int page = from; page < to; page++) {
      writers.set(page, seq, streamOffset, checkpoint);
    }
  }

  /** The event that last wrote a page; null if none did, or writers are not remembered. */
  public @Nullable PageWriter lastWriter(int page) {
    return writers == null ? null : writers.get(page);
  }

  /**
   * A page's bytes as they are now: a read-only view. Zero pages are shown without touching the
   * mapping.
   */
  public MemorySegment page(int page) {
    MemorySegment all = memory();
    return nonZero.get(page)
        ? all.asSlice((long) page * pageSize, pageSize).asReadOnly()
        : zeroPage;
  }

  /** Copies a page's bytes into an array. */
  public void read(int page, byte[] target, int start) {
    MemorySegment.copy(page(page), ValueLayout.JAVA_BYTE, 0, target, start, pageSize);
  }

  /**
   * Place in the page of the first byte that differs from the same page of another memory, or -1 if
   * none does.
   */
  public int mismatch(int page, RamBlockMemory other) {
    boolean here = nonZero.get(page);
    boolean there = other.nonZero.get(page);
    if (!here && !there) {
      return -1;
    }
    if (here && there) {
      long offset = (long) page * pageSize;
      return (int)
          MemorySegment.mismatch(
              memory(), offset, offset + pageSize, other.memory(), offset, offset + pageSize);
    }
    return (int) page(page).mismatch(other.page(page));
  }

  /** True if the page is surely all zeros; false if it was written with something and may be. */
  public boolean isKnownZero(int page) {
    return !nonZero.get(page);
  }

  /** First page from {@code page} on that may hold something else than zeros, or -1. */
  public int nextNonZero(int page) {
    return nonZero.nextSetBit(page);
  }

  /**
   * Pages written since {@link #clearWritten}, whether their contents changed or not. The set is
   * the block's own: copy it.
   */
  public BitSet written() {
    return written;
  }

  /** Empties {@link #written}. */
  public void clearWritten() {
    written.clear();
  }

  /** Digest of a page; kept until it is written again. */
  public PageDigest pageDigest(int page) {
    return digests.page(page, memory(), nonZero);
  }

  /** Digest of the block; work is proportional to the pages written since it was last asked for. */
  public BlockDigest digest() {
    return digests.block(memory(), nonZero);
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

  /**
   * Gives the block another length, as a second RAM block list may (QEMU system/physmem.c,
   * qemu_ram_resize). Contents below both lengths stay, the rest is zero. Works through all pages
   * that are not zero.
   *
   * @throws ColotapeException if there is no space for it; the block is then as before
   */
  public void resize(long newLength) {
    int newPages = pageCount(name, newLength, pageSize);
    MemorySegment before = memory();
    ScratchMapping newMapping = scratch.map("RAM block " + name, newLength);
    MemorySegment after = newMapping.memory();
    nonZero.clear(newPages, Math.max(newPages, nonZero.length()));
    written.clear(newPages, Math.max(newPages, written.length()));
    digests = new DigestTable(newPages, pageSize);
    for (int page = nonZero.nextSetBit(0); page >= 0; page = nonZero.nextSetBit(page + 1)) {
      long offset = (long) page * pageSize;
      MemorySegment.copy(before, offset, after, offset, pageSize);
      digests.invalidate(page);
    }
    if (writers != null) {
      writers.resize(newPages);
    }
    mapping.close();
    mapping = newMapping;
    usedLength = newLength;
  }

  /** Gives the space back. Every later use of the contents fails; closing again does nothing. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      mapping.close();
    }
  }

  private MemorySegment memory() {
    if (closed) {
      throw new IllegalStateException("RAM block " + name + " was released");
    }
    return mapping.memory();
  }

  private void contentsChanged(int page) {
    nonZero.set(page);
    written.set(page);
    digests.invalidate(page);
  }

  private static int pageCount(String name, long usedLength, int pageSize) {
    if (!isPossible(usedLength, pageSize)) {
      throw new IllegalArgumentException(
          "RAM block " + name + " of " + usedLength + " bytes in pages of " + pageSize);
    }
    return (int) (usedLength / pageSize);
  }
}
