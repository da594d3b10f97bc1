package org.colotape.analyzer.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.colotape.analyzer.diff.BlockComparison;
import org.colotape.analyzer.diff.MemoryPair;
import org.colotape.analyzer.diff.PageRange;
import org.colotape.analyzer.diff.PageSet;
import org.colotape.analyzer.verdict.CheckpointVerdict.Compared;

/** Sets of pages as lines of ranges; {@code 0x201000..0x203fff} are offsets of bytes. */
public final class PageList {
  private static final int RANGES_A_LINE = 5;

  private PageList() {}

  /** All pages of each block on which two memories differ, led by the block's name. */
  public static List<String> lines(Compared checkpoint, MemoryPair pair) {
    List<String> lines = new ArrayList<>();
    for (BlockComparison block : checkpoint.blocks()) {
      String lead = block.block();
      for (String line : lines(block.differing(pair), block.pageSize())) {
        lines.add(lead + "  " + line);
        lead = " ".repeat(lead.length());
      }
    }
    return lines;
  }

  /** The ranges of a set, several a line. */
  static List<String> lines(PageSet pages, int pageSize) {
    List<PageRange> ranges = pages.ranges();
    List<String> lines = new ArrayList<>();
    for (int at = 0; at < ranges.size(); at += RANGES_A_LINE) {
      lines.add(
          ranges.subList(at, Math.min(at + RANGES_A_LINE, ranges.size())).stream()
              .map(range -> range(range, pageSize))
              .collect(Collectors.joining("  ")));
    }
    return lines;
  }

  private static String range(PageRange range, int pageSize) {
    return String.format(
        "0x%x..0x%x", (long) range.from() * pageSize, (long) range.to() * pageSize - 1);
  }
}
