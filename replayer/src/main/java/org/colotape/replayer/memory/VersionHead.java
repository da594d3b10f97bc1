package org.colotape.replayer.memory;

/**
 * Where things stand in the head of a page version. It fills a cache line, so that a write touches
 * one only.
 */
final class VersionHead {
  /** Length of a head in bytes. */
  static final long BYTES = 64;

  /** How many page table entries name the version; 0 if it is free. 32 bits. */
  static final long REFERENCES = 0;

  /** Checkpoint of the event that wrote it. 32 bits. */
  static final long CHECKPOINT = 4;

  /**
   * The event that wrote it; -1 if that is not remembered. In a free version: the next free one. 64
   * bits.
   */
  static final long SEQ = 8;

  /** Stream offset of the event that wrote it. 64 bits. */
  static final long STREAM_OFFSET = 16;

  /** Digest of the contents, if {@link #DIGEST_KNOWN} is 1. 128 bits. */
  static final long DIGEST_HIGH = 24;

  static final long DIGEST_LOW = 32;

  /** 1 if the digest was taken since the contents were written. 32 bits. */
  static final long DIGEST_KNOWN = 40;

  private VersionHead() {}
}
