package org.colotape.analyzer.diagnosis;

import java.nio.ByteBuffer;
import java.util.BitSet;

/**
 * Which bytes of a page an XBZRLE delta replaces (QEMU migration/xbzrle.c, xbzrle_decode_buffer).
 */
final class Delta {
  private Delta() {}

  /** The places of the bytes; those before what can't be read, if something can't. */
  static BitSet places(ByteBuffer delta, int pageSize) {
    BitSet places = new BitSet();
    ByteBuffer in = delta.duplicate();
    int at = 0;
    while (in.hasRemaining()) {
      at += number(in);
      int length = in.hasRemaining() ? number(in) : 0;
      if (length == 0 || at + length > pageSize || length > in.remaining()) {
        return places;
      }
      places.set(at, at + length);
      in.position(in.position() + length);
      at += length;
    }
    return places;
  }

  private static int number(ByteBuffer in) {
    int low = in.get();
    return low >= 0 || !in.hasRemaining() ? low & 0x7f : (low & 0x7f) | (in.get() & 0x7f) << 7;
  }
}
