package org.colotape.recorder.simulation;

import java.util.Arrays;

/**
 * Differences between two pages: alternately how many bytes stay, and how many follow that replace
 * what was there, both as unsigned LEB128 (QEMU migration/xbzrle.c).
 */
final class Xbzrle {
  private static final int BITS = 7;
  private static final int MORE = 0x80;

  private Xbzrle() {}

  /** What makes {@code now} of {@code before}; empty if nothing does. */
  static byte[] encode(byte[] before, byte[] now) {
    WireBytes delta = new WireBytes();
    int at = 0;
    while (at < now.length) {
      int from = at;
      while (from < now.length && before[from] == now[from]) {
        from++;
      }
      int to = from;
      while (to < now.length && before[to] != now[to]) {
        to++;
      }
      if (to > from) {
        number(delta, from - at);
        number(delta, to - from);
        delta.bytes(Arrays.copyOfRange(now, from, to));
      }
      at = to;
    }
    return delta.take();
  }

  /**
   * Applies differences to a page.
   *
   * @return false if they reach beyond its end; those before are applied then
   */
  static boolean decode(byte[] delta, byte[] page) {
    int[] cursor = new int[1];
    int at = 0;
    while (cursor[0] < delta.length) {
      at += number(delta, cursor);
      int count = number(delta, cursor);
      if (at + count > page.length || cursor[0] + count > delta.length) {
        return false;
      }
      System.arraycopy(delta, cursor[0], page, at, count);
      cursor[0] += count;
      at += count;
    }
    return true;
  }

  /** Appends a number. */
  static void number(WireBytes delta, int value) {
    int rest = value;
    while (rest >= MORE) {
      delta.u8((rest & (MORE - 1)) | MORE);
      rest >>>= BITS;
    }
    delta.u8(rest);
  }

  private static int number(byte[] delta, int[] cursor) {
    int value = 0;
    int shift = 0;
    int part = MORE;
    while ((part & MORE) != 0) {
      part = delta[cursor[0]++];
      value |= (part & (MORE - 1)) << shift;
      shift += BITS;
    }
    return value;
  }
}
