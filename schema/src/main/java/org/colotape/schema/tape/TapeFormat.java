package org.colotape.schema.tape;

/** What a tape file holds besides events. */
final class TapeFormat {
  /**
   * Key of the file's metadata under which the catalogue entry stands, in single-object encoding.
   */
  static final String RECORDING_KEY = "colotape.recording";

  /**
   * zstd level: fast enough to keep up with a broker, and within a few percent of the densest
   * levels on guest memory.
   */
  static final int ZSTD_LEVEL = 3;

  /**
   * Whether blocks carry a checksum: without one, damaged bytes of a page would pass as its bytes.
   */
  static final boolean CHECKSUM = true;

  /** Bytes of events in a compressed block. A reader holds one block in memory. */
  static final int BLOCK_BYTES = 1 << 20;

  private TapeFormat() {}
}
