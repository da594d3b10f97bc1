package org.colotape.replayer.memory;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.digest.PageDigest;
import org.jspecify.annotations.Nullable;

/**
 * The contents of pages, kept once for all memories of a replay. A page that was written is a
 * <em>version</em>; memories name versions in their page tables and share them, so that copying a
 * page from one memory to another costs no copy, its digest is taken once, and comparing a page
 * with itself costs nothing. A version is overwritten in place only while one memory alone names
 * it.
 *
 * <p>Versions lie in sparse mappings of scratch files and take a page and 64 bytes each. They are
 * named by numbers: positive ones hold contents; 0 is a page of zeros that nobody wrote, and
 * negative ones are pages of zeros whose writer is remembered. Used by one thread at a time.
 */
public final class PageStore implements AutoCloseable {
  /** Largest page: no machine that QEMU knows has larger target pages than 64 KiB. */
  static final int MAX_PAGE_SIZE = 1 << 20;

  private final int pageSize;
  private final boolean keepWriters;
  private final MemorySegment zeroPage;
  private final PageDigest zeroDigest;
  private final VersionHeads heads;
  private final VersionHeads zeroHeads;
  private final ScratchExtents pages;
  private final ScratchSpace scratch;

  /**
   * The zero version of the current writer, to which the store itself refers; 0 if there is none
   * yet.
   */
  private int currentZeros;

  private long seq = -1;
  private long streamOffset = -1;
  private int checkpoint;
  private boolean readOnly;

  /**
   * An empty store.
   *
   * @param scratch where its space comes from
   * @param pageSize page size in bytes: a power of two, at most 1 MiB
   * @param keepWriters true to remember which event wrote each version
   * @throws ColotapeException if there is no space
   */
  public PageStore(ScratchSpace scratch, int pageSize, boolean keepWriters) {
    if (!isPossible(pageSize)) {
      throw new IllegalArgumentException("pages of " + pageSize + " bytes");
    }
    this.pageSize = pageSize;
    this.keepWriters = keepWriters;
    this.zeroPage = MemorySegment.ofArray(new byte[pageSize]).asReadOnly();
    this.zeroDigest = PageDigest.of(new byte[pageSize], 0, pageSize);
    this.scratch = scratch;
    this.heads = new VersionHeads(scratch);
    this.zeroHeads = new VersionHeads(scratch);
    this.pages = new ScratchExtents(scratch, "pages", pageSize);
  }

  /** True if pages can have that size in bytes. */
  public static boolean isPossible(int pageSize) {
    return pageSize >= 1 && pageSize <= MAX_PAGE_SIZE && Integer.bitCount(pageSize) == 1;
  }

  /** Size of a page in bytes. */
  public int pageSize() {
    return pageSize;
  }

  /**
   * Says which event the writes from now on come from.
   *
   * @param eventSeq its place in the recording
   * @param eventStreamOffset place of its first wire byte in its channel
   * @param eventCheckpoint the checkpoint it belongs to
   */
  public void writingFor(long eventSeq, long eventStreamOffset, int eventCheckpoint) {
    seq = eventSeq;
    streamOffset = eventStreamOffset;
    checkpoint = eventCheckpoint;
    release(currentZeros);
    currentZeros = 0;
  }

  /** About how many bytes {@link #save} writes. */
  public long savedBytes() {
    return heads.live() * (pageSize + Integer.BYTES + VersionHead.BYTES);
  }

  /** Says whether the memories of this store may be written; a new store's may. */
  public void setReadOnly(boolean value) {
    readOnly = value;
  }

  /** Writes what the store holds, for {@link #load}. */
  public void save(DataOutput out) throws IOException {
    byte[] buffer = new byte[Math.max(pageSize, (int) VersionHead.BYTES)];
    out.writeInt(currentZeros);
    out.writeInt(heads.count());
    for (int head = heads.next(0); head >= 0; head = heads.next(head + 1)) {
      out.writeInt(head);
      heads.save(out, head, buffer);
      SavedState.write(out, pages.extent(head), pages.offset(head), buffer, pageSize);
    }
    out.writeInt(-1);
    out.writeInt(zeroHeads.count());
    for (int head = zeroHeads.next(0); head >= 0; head = zeroHeads.next(head + 1)) {
      out.writeInt(head);
      zeroHeads.save(out, head, buffer);
    }
    out.writeInt(-1);
  }

  /** Fills an empty store with what {@link #save} wrote of one with the same page size. */
  public void load(DataInput in) throws IOException {
    byte[] buffer = new byte[Math.max(pageSize, (int) VersionHead.BYTES)];
    currentZeros = in.readInt();
    heads.reserve(in.readInt());
    if (heads.count() > 0) {
      pages.require(heads.count() - 1);
    }
    for (int head = in.readInt(); head >= 0; head = in.readInt()) {
      heads.load(in, head, buffer);
      SavedState.read(in, pages.extent(head), pages.offset(head), buffer, pageSize);
    }
    heads.listFree();
    zeroHeads.reserve(in.readInt());
    for (int head = in.readInt(); head >= 0; head = in.readInt()) {
      zeroHeads.load(in, head, buffer);
    }
    zeroHeads.listFree();
  }

  /**
   * Gives the space of all memories of this store back. Their later use fails; closing again does
   * nothing.
   */
  @Override
  public void close() {
    heads.close();
    zeroHeads.close();
    pages.close();
  }

  /** True if pages of zeros have versions too, because their writers are remembered. */
  boolean keepsWriters() {
    return keepWriters;
  }

  /** Throws if the memories of this store may not be written. */
  void checkWritable() {
    if (readOnly) {
      throw new IllegalStateException("rebuilt memory is for reading only");
    }
  }

  ScratchSpace scratch() {
    return scratch;
  }

  /**
   * Puts a page's bytes in the place of a version: the caller's reference to that one becomes one
   * to the result.
   */
  int replace(int old, byte[] source, int start) {
    int version = writable(old);
    MemorySegment.copy(
        source,
        start,
        pages.extent(version - 1),
        ValueLayout.JAVA_BYTE,
        pages.offset(version - 1),
        pageSize);
    return version;
  }

  /** Puts a page filled with one byte in the place of a version, as {@link #replace}. */
  int replace(int old, byte value) {
    int version = writable(old);
    bytes(version).fill(value);
    return version;
  }

  /** Puts zeros in the place of a version, as {@link #replace}. */
  int replaceByZeros(int old) {
    int version = 0;
    if (keepWriters) {
      if (currentZeros == 0) {
        int head = zeroHeads.allocate();
        zeroHeads.setWriter(head, seq, streamOffset, checkpoint);
        currentZeros = ~head;
        retain(currentZeros);
      }
      version = currentZeros;
      retain(version);
    }
    release(old);
    return version;
  }

  void retain(int version) {
    if (version > 0) {
      heads.retain(version - 1);
    } else if (version < 0) {
      zeroHeads.retain(~version);
    }
  }

  void release(int version) {
    if (version > 0) {
      heads.release(version - 1);
    } else if (version < 0) {
      zeroHeads.release(~version);
    }
  }

  /** The version's bytes, for reading. */
  MemorySegment contents(int version) {
    return version > 0 ? bytes(version).asReadOnly() : zeroPage;
  }

  /**
   * Place of the first byte in which two versions differ, or -1 if none does. The other may be of
   * another store.
   */
  int mismatch(int version, PageStore otherStore, int other) {
    if (version > 0 && other > 0) {
      long from = pages.offset(version - 1);
      long otherFrom = otherStore.pages.offset(other - 1);
      return (int)
          MemorySegment.mismatch(
              pages.extent(version - 1),
              from,
              from + pageSize,
              otherStore.pages.extent(other - 1),
              otherFrom,
              otherFrom + pageSize);
    }
    return (int) contents(version).mismatch(otherStore.contents(other));
  }

  /** Digest of a page of zeros. */
  PageDigest zeroDigest() {
    return zeroDigest;
  }

  /** Digest of the version's contents, taken at the first call. */
  PageDigest digest(int version) {
    if (version <= 0) {
      return zeroDigest;
    }
    PageDigest digest = heads.digest(version - 1);
    if (digest == null) {
      digest = PageDigest.of(pages.extent(version - 1), pages.offset(version - 1), pageSize);
      heads.setDigest(version - 1, digest);
    }
    return digest;
  }

  /** The event that wrote the version; null if none did or it is not remembered. */
  @Nullable PageWriter writer(int version) {
    if (version == 0) {
      return null;
    }
    return version > 0 ? heads.writer(version - 1) : zeroHeads.writer(~version);
  }

  /**
   * A version that the caller alone refers to: the old one if nobody shares it, else a new one in
   * its place.
   */
  private int writable(int old) {
    int version = old;
    if (old > 0 && heads.references(old - 1) == 1) {
      heads.forgetDigest(old - 1);
    } else {
      int fresh = heads.allocate();
      pages.require(fresh);
      heads.retain(fresh);
      release(old);
      version = fresh + 1;
    }
    if (keepWriters) {
      heads.setWriter(version - 1, seq, streamOffset, checkpoint);
    }
    return version;
  }

  private MemorySegment bytes(int version) {
    return pages.extent(version - 1).asSlice(pages.offset(version - 1), pageSize);
  }
}
