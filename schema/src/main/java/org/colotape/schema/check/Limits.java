package org.colotape.schema.check;

import org.colotape.schema.ColotapeException;

/**
 * The bounds on numbers that an input states, so that a number costs neither time nor memory by
 * itself. Each is well above what QEMU and Colotape make.
 */
public final class Limits {
  /**
   * Most channels of a recording: QEMU has at most 255 for multifd beside the main one, and two
   * more for each time that postcopy was resumed.
   */
  public static final int MAX_CHANNELS = 512;

  /** Most channels of multifd: their id has 8 bits (QEMU migration/multifd.c, MultiFDInit_t). */
  public static final int MAX_MULTIFD_CHANNELS = 256;

  /** Most RAM blocks of a machine; QEMU's have some ten. */
  public static final int MAX_BLOCKS = 1 << 14;

  /** Longest piece of bytes that are no pages. */
  public static final int PIECE_BYTES = 1 << 20;

  /** Longest hole of a captured file: the largest RAM block that is replayed is not longer. */
  public static final long MAX_HOLE_BYTES = 1L << 44;

  /**
   * Most page partitions of a recording: a broker keeps files and memory for each, whatever it
   * holds.
   */
  public static final int MAX_PARTITIONS = 128;

  /**
   * Most bytes that a block of a tape may become when it is decompressed. A writer ends it behind 1
   * MiB, and the largest event has 33 MiB: an observation of a region whose pages of 64 KiB all
   * differ.
   */
  public static final int MAX_TAPE_BLOCK_BYTES = 48 << 20;

  /** Most bytes that lead the blocks of a tape: Colotape's schema takes 25 kB. */
  public static final int MAX_TAPE_HEAD_BYTES = 1 << 20;

  private Limits() {}

  /**
   * Refuses more partitions than a recording may have.
   *
   * @param partitions how many are asked for
   * @param recording for the error message
   * @throws ColotapeException if it is none or too many
   */
  public static void demandPartitions(int partitions, String recording) {
    if (partitions < 1 || partitions > MAX_PARTITIONS) {
      throw new ColotapeException(
          partitions + " page partitions",
          recording,
          "a recording has 1 to " + MAX_PARTITIONS + ": give --partitions");
    }
  }
}
