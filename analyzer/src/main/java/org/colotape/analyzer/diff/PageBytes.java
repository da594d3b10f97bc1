package org.colotape.analyzer.diff;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.HexFormat;

/** The contents of a page at some time; a value. */
public final class PageBytes {
  private final byte[] bytes;

  private PageBytes(byte[] bytes) {
    this.bytes = bytes;
  }

  /** A copy of what the segment holds now. */
  public static PageBytes copyOf(MemorySegment page) {
    return new PageBytes(page.toArray(ValueLayout.JAVA_BYTE));
  }

  /** A copy of these bytes. */
  public static PageBytes copyOf(byte[] page) {
    return new PageBytes(page.clone());
  }

  /** Number of bytes. */
  public int length() {
    return bytes.length;
  }

  /** The byte at that place. */
  public byte at(int index) {
    return bytes[index];
  }

  /** A copy of the bytes. */
  public byte[] toArray() {
    return bytes.clone();
  }

  /** The bytes from {@code from} to {@code to - 1}, or to the end, in hexadecimal. */
  public String hex(int from, int to) {
    return HexFormat.of().formatHex(bytes, from, Math.min(to, bytes.length));
  }

  /** Place of the first byte that differs from the other page, or -1. */
  public int mismatch(PageBytes other) {
    return Arrays.mismatch(bytes, other.bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PageBytes page && Arrays.equals(bytes, page.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** The bytes in hexadecimal. */
  @Override
  public String toString() {
    return HexFormat.of().formatHex(bytes);
  }
}
