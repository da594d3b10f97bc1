package org.colotape.replayer.memory;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.colotape.schema.digest.PageDigest;
import org.jspecify.annotations.Nullable;

/**
 * The heads of page versions, numbered from 0: who refers to them, who wrote them, their digests.
 * Free ones form a list, of which the one freed last is taken first, because its page is still in
 * the processor's caches.
 */
final class VersionHeads {
  private static final int NONE = -1;
  private static final long NOT_REMEMBERED = -1;

  private final ScratchExtents extents;
  private int count;
  private int free = NONE;
  private int live;

  VersionHeads(ScratchSpace scratch) {
    this.extents = new ScratchExtents(scratch, "heads of page versions", VersionHead.BYTES);
  }

  /** Number of versions that are not free. */
  int live() {
    return live;
  }

  /** The first version from {@code from} on that is not free, or -1. */
  int next(int from) {
    for (int version = from; version < count; version++) {
      if (references(version) > 0) {
        return version;
      }
    }
    return NONE;
  }

  /** Number of versions, the free ones counted. */
  int count() {
    return count;
  }

  /** Writes a version's head. */
  void save(DataOutput out, int version, byte[] buffer) throws IOException {
    SavedState.write(out, extent(version), at(version), buffer, (int) VersionHead.BYTES);
  }

  /** Makes room for as many versions, all free but those that {@link #load} then gives. */
  void reserve(int versions) {
    if (versions > 0) {
      extents.require(versions - 1);
    }
    count = versions;
  }

  /** Reads what {@link #save} wrote. */
  void load(DataInput in, int version, byte[] buffer) throws IOException {
    SavedState.read(in, extent(version), at(version), buffer, (int) VersionHead.BYTES);
    live++;
  }

  /** Puts all free versions on the list of them; the heads must have been given. */
  void listFree() {
    for (int version = count - 1; version >= 0; version--) {
      if (references(version) == 0) {
        extent(version).set(JAVA_LONG, at(version) + VersionHead.SEQ, free);
        free = version;
      }
    }
  }

  /** A version without references. */
  int allocate() {
    live++;
    int version = free;
    if (version == NONE) {
      version = count;
      extents.require(version);
      count++;
    } else {
      free = (int) extent(version).get(JAVA_LONG, at(version) + VersionHead.SEQ);
    }
    extent(version).set(JAVA_INT, at(version) + VersionHead.DIGEST_KNOWN, 0);
    extent(version).set(JAVA_LONG, at(version) + VersionHead.SEQ, NOT_REMEMBERED);
    return version;
  }

  int references(int version) {
    return extent(version).get(JAVA_INT, at(version));
  }

  void retain(int version) {
    MemorySegment extent = extent(version);
    long at = at(version);
    extent.set(JAVA_INT, at, extent.get(JAVA_INT, at) + 1);
  }

  /** Gives up one reference; without any the version is free. */
  void release(int version) {
    MemorySegment extent = extent(version);
    long at = at(version);
    int references = extent.get(JAVA_INT, at) - 1;
    extent.set(JAVA_INT, at, references);
    if (references == 0) {
      live--;
      extent.set(JAVA_LONG, at + VersionHead.SEQ, free);
      free = version;
    }
  }

  void setWriter(int version, long seq, long streamOffset, int checkpoint) {
    MemorySegment extent = extent(version);
    long at = at(version);
    extent.set(JAVA_LONG, at + VersionHead.SEQ, seq);
    extent.set(JAVA_LONG, at + VersionHead.STREAM_OFFSET, streamOffset);
    extent.set(JAVA_INT, at + VersionHead.CHECKPOINT, checkpoint);
  }

  @Nullable PageWriter writer(int version) {
    MemorySegment extent = extent(version);
    long at = at(version);
    long seq = extent.get(JAVA_LONG, at + VersionHead.SEQ);
    return seq == NOT_REMEMBERED
        ? null
        : new PageWriter(
            seq,
            extent.get(JAVA_LONG, at + VersionHead.STREAM_OFFSET),
            extent.get(JAVA_INT, at + VersionHead.CHECKPOINT));
  }

  /** The digest of the version's contents, or null if it was not taken yet. */
  @Nullable PageDigest digest(int version) {
    MemorySegment extent = extent(version);
    long at = at(version);
    return extent.get(JAVA_INT, at + VersionHead.DIGEST_KNOWN) == 0
        ? null
        : new PageDigest(
            extent.get(JAVA_LONG, at + VersionHead.DIGEST_HIGH),
            extent.get(JAVA_LONG, at + VersionHead.DIGEST_LOW));
  }

  void setDigest(int version, PageDigest digest) {
    MemorySegment extent = extent(version);
    long at = at(version);
    extent.set(JAVA_LONG, at + VersionHead.DIGEST_HIGH, digest.high());
    extent.set(JAVA_LONG, at + VersionHead.DIGEST_LOW, digest.low());
    extent.set(JAVA_INT, at + VersionHead.DIGEST_KNOWN, 1);
  }

  void forgetDigest(int version) {
    extent(version).set(JAVA_INT, at(version) + VersionHead.DIGEST_KNOWN, 0);
  }

  void close() {
    extents.close();
  }

  private MemorySegment extent(int version) {
    return extents.extent(version);
  }

  private long at(int version) {
    return extents.offset(version);
  }
}
