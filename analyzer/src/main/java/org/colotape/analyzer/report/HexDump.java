package org.colotape.analyzer.report;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.colotape.analyzer.diff.PageBytes;

/** Rows of bytes of two pages, one below the other, with marks below the bytes that differ. */
final class HexDump {
  private static final int ROW = 16;
  private static final HexFormat HEX = HexFormat.of();

  /** Width of an offset in a block, with its space: blocks of up to 16 TiB line up. */
  private static final int OFFSET_WIDTH = 14;

  private final String leftName;
  private final PageBytes left;
  private final String rightName;
  private final PageBytes right;

  /** Both pages with what to call them. */
  HexDump(String leftName, PageBytes left, String rightName, PageBytes right) {
    this.leftName = leftName;
    this.left = left;
    this.rightName = rightName;
    this.right = right;
  }

  /**
   * Lines that show both pages, from the row of 16 bytes in which they first differ.
   *
   * @param pageOffset offset of the page in its block
   * @param rows how many rows to show
   */
  List<String> lines(long pageOffset, int rows) {
    int width = Math.max(leftName.length(), rightName.length());
    String head = "%-" + width + "s  %-" + OFFSET_WIDTH + "s";
    int start = Math.max(0, left.mismatch(right)) / ROW * ROW;
    int end = Math.min(start + rows * ROW, Math.min(left.length(), right.length()));
    List<String> lines = new ArrayList<>();
    for (int at = start; at < end; at += ROW) {
      String offset = "0x" + Long.toHexString(pageOffset + at);
      lines.add(head.formatted(leftName, offset) + row(left, at));
      lines.add(head.formatted(rightName, offset) + row(right, at));
      String marks = marks(at);
      if (!marks.isEmpty()) {
        lines.add(head.formatted("", "") + marks);
      }
    }
    return lines;
  }

  private static String row(PageBytes page, int at) {
    StringBuilder hex = new StringBuilder();
    StringBuilder text = new StringBuilder();
    for (int i = at; i < at + ROW && i < page.length(); i++) {
      byte value = page.at(i);
      hex.append(' ').append(HEX.toHexDigits(value));
      text.append(value >= ' ' && value <= '~' ? (char) value : '.');
    }
    return hex + "  " + text;
  }

  private String marks(int at) {
    StringBuilder marks = new StringBuilder();
    for (int i = at; i < at + ROW && i < left.length() && i < right.length(); i++) {
      marks.append(left.at(i) == right.at(i) ? "   " : " ^^");
    }
    return marks.toString().stripTrailing();
  }
}
