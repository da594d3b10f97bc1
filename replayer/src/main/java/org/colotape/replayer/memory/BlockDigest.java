package org.colotape.replayer.memory;

import java.util.HexFormat;

/**
 * The digest of a whole RAM block: the sum, modulo 2^128, of one term for each page that is not all
 * zeros. The term of page {@code i} (offset divided by page size) is the XXH3-128 of 24 bytes:
 * {@code i} as 64 bits, then the page's own XXH3-128, both big-endian. So the digest does not
 * depend on the order in which pages were written, zero pages count nothing, and a changed page is
 * taken out and put in again without looking at the others. A block of zeros has digest 0.
 *
 * @param high most significant 64 bits
 * @param low least significant 64 bits
 */
public record BlockDigest(long high, long low) {
  /** Digest of a block of zeros. */
  public static final BlockDigest ZERO = new BlockDigest(0, 0);

  /** The digest as 32 hexadecimal digits. */
  @Override
  public String toString() {
    HexFormat hex = HexFormat.of();
    return hex.toHexDigits(high) + hex.toHexDigits(low);
  }
}
