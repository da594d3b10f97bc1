package org.colotape.analyzer.diagnosis;

import java.util.Arrays;
import java.util.BitSet;
import org.colotape.schema.digest.PageDigest;
import org.jspecify.annotations.Nullable;

/**
 * What a page held.
 *
 * @param digest its digest
 * @param bytes its bytes, or null if only the digest is known
 */
@SuppressWarnings("ArrayRecordComponent") // compared by digest
record Contents(PageDigest digest, byte @Nullable [] bytes) {
  static Contents of(byte[] bytes) {
    return new Contents(PageDigest.of(bytes, 0, bytes.length), bytes);
  }

  boolean same(Contents other) {
    return digest.equals(other.digest);
  }

  /** How many bits differ; -1 if that is not known, or there are more than {@code most}. */
  int bitsUnlike(Contents other, int most) {
    byte[] here = bytes;
    byte[] there = other.bytes;
    if (here == null || there == null || here.length != there.length) {
      return -1;
    }
    int bits = 0;
    for (int i = 0; i < here.length && bits <= most; i++) {
      bits += Integer.bitCount((here[i] ^ there[i]) & 0xff);
    }
    return bits <= most ? bits : -1;
  }

  /** Whether it is one of them up to some byte, and the other one from there on. */
  Mix mixOf(Contents one, Contents other) {
    Mix begins = beginsAndEnds(one, other);
    return begins == Mix.NONE ? beginsAndEnds(other, one) : begins;
  }

  private Mix beginsAndEnds(Contents begin, Contents end) {
    byte[] own = bytes;
    byte[] first = begin.bytes;
    byte[] last = end.bytes;
    if (own == null || first == null || last == null || first.length != last.length) {
      return Mix.NONE;
    }
    int same = Arrays.mismatch(own, first);
    if (same <= 0
        || !Arrays.equals(own, same, own.length, last, same, last.length)
        || Arrays.equals(own, last)) {
      return Mix.NONE;
    }
    BitSet head = new BitSet();
    head.set(0, same);
    BitSet tail = new BitSet();
    tail.set(same, own.length);
    return Telling.apart(own, head, last) && Telling.apart(own, tail, first)
        ? Mix.CLEAR
        : Mix.FAINT;
  }

  /** Whether a page is made of two others. */
  enum Mix {
    /** It is not. */
    NONE,
    /** It is, but a few bytes only show it, or one byte over and over. */
    FAINT,
    /** It is, and the bytes of either part show it. */
    CLEAR
  }
}
