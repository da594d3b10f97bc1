package org.colotape.replayer.junit;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Rows of bytes of two pages, one below the other, with marks below the bytes that differ. */
final class PageDump {
  private static final int ROW = 16;
  private static final int ROWS = 2;
  private static final HexFormat HEX = HexFormat.of();

  private PageDump() {}

  /**
   * Lines that show both pages from the row in which they first differ.
   *
   * @param offset offset of the pages in their block
   */
  static List<String> lines(
      String leftName, MemorySegment left, String rightName, MemorySegment right, long offset) {
    long length = Math.min(left.byteSize(), right.byteSize());
    long start = Math.max(0, left.mismatch(right)) / ROW * ROW;
    int width = Math.max(leftName.length(), rightName.length());
    List<String> lines = new ArrayList<>();
    for (long at = start; at < Math.min(start + ROWS * ROW, length); at += ROW) {
      String head = "%-" + width + "s  %-12s";
      String place = "0x" + Long.toHexString(offset + at);
      lines.add(head.formatted(leftName, place) + row(left, at));
      lines.add(head.formatted(rightName, place) + row(right, at));
      StringBuilder marks = new StringBuilder();
      for (long i = at; i < Math.min(at + ROW, length); i++) {
        marks.append(byteAt(left, i) == byteAt(right, i) ? "   " : " ^^");
      }
      if (!marks.toString().isBlank()) {
        lines.add((head.formatted("", "") + marks).stripTrailing());
      }
    }
    return lines;
  }

  private static String row(MemorySegment page, long at) {
    StringBuilder hex = new StringBuilder();
    for (long i = at; i < Math.min(at + ROW, page.byteSize()); i++) {
      hex.append(' ').append(HEX.toHexDigits(byteAt(page, i)));
    }
    return hex.toString();
  }

  private static byte byteAt(MemorySegment page, long at) {
    return page.get(ValueLayout.JAVA_BYTE, at);
  }
}
