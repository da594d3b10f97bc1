package org.colotape.recorder.simulation.guest;

/**
 * A RAM block of a guest.
 *
 * @param name its name on the wire
 * @param pages number of its pages
 */
public record GuestBlock(String name, int pages) {
  /** Its used length in bytes. */
  public long usedLength() {
    return (long) pages * GuestPage.BYTES;
  }
}
