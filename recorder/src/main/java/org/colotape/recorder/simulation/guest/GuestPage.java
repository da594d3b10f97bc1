package org.colotape.recorder.simulation.guest;

/**
 * Names a page of a guest.
 *
 * @param block number of its RAM block, from 0 on
 * @param index its number in the block, from 0 on
 */
public record GuestPage(int block, int index) implements Comparable<GuestPage> {
  /** Size of a page in bytes, as on x86. */
  public static final int BYTES = 4096;

  /** Its offset in the block, in bytes. */
  public long offset() {
    return (long) index * BYTES;
  }

  /** The page behind it. */
  public GuestPage next() {
    return new GuestPage(block, index + 1);
  }

  @Override
  public int compareTo(GuestPage other) {
    return block == other.block
        ? Integer.compare(index, other.index)
        : Integer.compare(block, other.block);
  }
}
