package org.colotape.replayer.decode;

/**
 * Applies an XBZRLE delta to a page (QEMU migration/xbzrle.c and docs/devel/migration): pairs of a
 * run of bytes that stay and a run of bytes that are replaced, each led by its length in unsigned
 * LEB128. Only the first run that stays may be empty. Bytes behind the last pair stay.
 */
final class XbzrleDecoder {
  private final byte[] delta;
  private final int end;
  private int at;

  private XbzrleDecoder(byte[] delta, int start, int length) {
    this.delta = delta;
    this.at = start;
    this.end = start + length;
  }

  /**
   * Applies {@code length} bytes of delta from {@code start}.
   *
   * @param page the page before, and after it; half changed if the delta is refused
   */
  static void apply(byte[] delta, int start, int length, byte[] page) throws PageDecodeException {
    new XbzrleDecoder(delta, start, length).applyTo(page);
  }

  private void applyTo(byte[] page) throws PageDecodeException {
    int begin = at;
    int done = 0;
    while (at < end) {
      boolean first = at == begin;
      int stays = runLength();
      if (stays == 0 && !first) {
        throw new PageDecodeException("XBZRLE delta has an empty run of unchanged bytes");
      }
      if (stays > page.length - done) {
        throw new PageDecodeException("XBZRLE delta keeps bytes beyond the end of the page");
      }
      done += stays;
      int replaced = runLength();
      if (replaced == 0) {
        throw new PageDecodeException("XBZRLE delta has an empty run of changed bytes");
      }
      if (replaced > page.length - done) {
        throw new PageDecodeException("XBZRLE delta writes beyond the end of the page");
      }
      if (replaced > end - at) {
        throw new PageDecodeException("XBZRLE delta ends in a run of changed bytes");
      }
      System.arraycopy(delta, at, page, done, replaced);
      at += replaced;
      done += replaced;
    }
  }

  /**
   * A length: seven bits a byte, low ones first, in one or two bytes (QEMU util/cutils.c,
   * uleb128_decode_small).
   */
  private int runLength() throws PageDecodeException {
    int low = nextByte();
    if (low < 0x80) {
      return low;
    }
    int high = nextByte();
    if (high >= 0x80) {
      throw new PageDecodeException("XBZRLE delta has a length of more than 14 bits");
    }
    return (low & 0x7f) | high << 7;
  }

  private int nextByte() throws PageDecodeException {
    if (at == end) {
      throw new PageDecodeException("XBZRLE delta ends in a length");
    }
    return delta[at++] & 0xff;
  }
}
