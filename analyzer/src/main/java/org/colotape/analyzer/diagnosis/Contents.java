package org.colotape.analyzer.diagnosis;

import java.util.Arrays;
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

  boolean isZero() {
    byte[] known = bytes;
    return known != null && Arrays.mismatch(known, new byte[known.length]) < 0;
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

  /** True if it is one of them up to some byte, and the other one from there on. */
  boolean isMixOf(Contents one, Contents other) {
    return beginsAndEnds(one, other) || beginsAndEnds(other, one);
  }

  private boolean beginsAndEnds(Contents begin, Contents end) {
    byte[] own = bytes;
    byte[] first = begin.bytes;
    byte[] last = end.bytes;
    if (own == null || first == null || last == null) {
      return false;
    }
    int same = Arrays.mismatch(own, first);
    return same > 0
        && Arrays.equals(own, same, own.length, last, same, last.length)
        && !Arrays.equals(own, last);
  }
}
