package org.colotape.analyzer.report;

import java.util.ArrayList;
import java.util.List;
import org.colotape.analyzer.diff.BlockComparison;
import org.colotape.analyzer.diff.MemoryPair;
import org.colotape.analyzer.diff.PageRange;
import org.colotape.analyzer.verdict.CheckpointVerdict.Compared;

/** All pages on which two memories differ, as lines of page ranges. */
public final class PageList {
  private static final int RANGES_A_LINE = 5;

  private PageList() {}

  /** The pages of each block, led by its name; {@code 0x201000..0x203fff} are offsets of bytes. */
  public static List<String> lines(Compared checkpoint, MemoryPair pair) {
    List<String> lines = new ArrayList<>();
    for (BlockComparison block : checkpoint.blocks()) {
      List<PageRange> ranges = block.differing(pair).ranges();
      for (int at = 0; at < ranges.size(); at += RANGES_A_LINE) {
        List<String> some =
            ranges.subList(at, Math.min(at + RANGES_A_LINE, ranges.size())).stream()
                .map(range -> Words.range(range, block.pageSize()))
                .toList();
        String lead = at == 0 ? block.block() : " ".repeat(block.block().length());
        lines.add(lead + "  " + String.join("  ", some));
      }
    }
    return lines;
  }
}
