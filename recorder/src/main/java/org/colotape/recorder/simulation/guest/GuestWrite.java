package org.colotape.recorder.simulation.guest;

/**
 * One write of a guest to its memory.
 *
 * @param page the page
 * @param at where in the page the bytes go
 * @param bytes what is written; as long as the page and all zero to make it a zero page
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record GuestWrite(GuestPage page, int at, byte[] bytes) {
  /** Makes a page zero. */
  public static GuestWrite zeroing(GuestPage page) {
    return new GuestWrite(page, 0, new byte[GuestPage.BYTES]);
  }

  /** Carries it out. */
  public void applyTo(GuestMemory memory) {
    memory.write(page, at, bytes);
  }
}
