package org.colotape.analyzer.conformance;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.colotape.schema.event.Event;

/** The wire bytes of an event, by their place in it. Big-endian, as everything on the wire. */
final class Bytes {
  private Bytes() {}

  /** Number of wire bytes. */
  static int length(Event event) {
    return event.getWire().remaining();
  }

  static int u8(Event event, int at) {
    ByteBuffer wire = event.getWire();
    return wire.get(wire.position() + at) & 0xff;
  }

  static int u16(Event event, int at) {
    ByteBuffer wire = event.getWire();
    return wire.getShort(wire.position() + at) & 0xffff;
  }

  static long u32(Event event, int at) {
    ByteBuffer wire = event.getWire();
    return wire.getInt(wire.position() + at) & 0xffff_ffffL;
  }

  static long u64(Event event, int at) {
    ByteBuffer wire = event.getWire();
    return wire.getLong(wire.position() + at);
  }

  /** Bytes as ISO 8859-1 text. */
  static String text(Event event, int at, int length) {
    byte[] text = new byte[length];
    event.getWire().get(event.getWire().position() + at, text);
    return new String(text, StandardCharsets.ISO_8859_1);
  }

  /** True if these bytes are all zero. */
  static boolean zero(Event event, int from, int to) {
    for (int at = from; at < to; at++) {
      if (u8(event, at) != 0) {
        return false;
      }
    }
    return true;
  }
}
