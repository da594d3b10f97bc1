package org.colotape.recorder.simulation;

import org.colotape.recorder.simulation.guest.GuestPage;

/**
 * A page as it goes over the wire.
 *
 * @param page the page
 * @param encoding how its contents stand in the body
 * @param body the contents
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record SentPage(GuestPage page, Encoding encoding, byte[] body) {
  /** How contents stand on the wire (QEMU migration/ram.c, RAM_SAVE_FLAG_*). */
  enum Encoding {
    /** The page as it is. */
    RAW(0x008),
    /** A page filled with the one byte of the body; zero today. */
    FILLED(0x002),
    /** Differences to the page where it lands. */
    XBZRLE(0x040),
    /** A zlib stream. */
    ZLIB(0x100);

    private final int flag;

    Encoding(int flag) {
      this.flag = flag;
    }

    int flag() {
      return flag;
    }
  }

  /** A page of zeros. */
  static SentPage zero(GuestPage page) {
    return new SentPage(page, Encoding.FILLED, new byte[1]);
  }

  boolean isZero() {
    return encoding == Encoding.FILLED && body[0] == 0;
  }
}
