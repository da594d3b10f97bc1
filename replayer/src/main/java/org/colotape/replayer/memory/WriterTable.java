package org.colotape.replayer.memory;

import java.util.Arrays;
import org.colotape.schema.layout.PageRegion;
import org.jspecify.annotations.Nullable;

/**
 * Remembers for each page of a block which event last wrote it: 20 bytes a page, for regions that
 * were ever written.
 */
final class WriterTable {
  /** A region's columns; a seq of -1 says that the page was never written. */
  private static final class Region {
    private final long[] seqs = new long[PageRegion.PAGES];
    private final long[] streamOffsets = new long[PageRegion.PAGES];
    private final int[] checkpoints = new int[PageRegion.PAGES];

    Region() {
      Arrays.fill(seqs, -1);
    }
  }

  private @Nullable Region[] regions;

  WriterTable(int pages) {
    this.regions = new Region[regionsOf(pages)];
  }

  void resize(int pages) {
    regions = Arrays.copyOf(regions, regionsOf(pages));
  }

  void set(int page, long seq, long streamOffset, int checkpoint) {
    int index = page / PageRegion.PAGES;
    Region region = regions[index];
    if (region == null) {
      region = new Region();
      regions[index] = region;
    }
    int at = page % PageRegion.PAGES;
    region.seqs[at] = seq;
    region.streamOffsets[at] = streamOffset;
    region.checkpoints[at] = checkpoint;
  }

  /** Takes over what another block's table says of the page. */
  void copy(int page, WriterTable from) {
    Region region = from.regions[page / PageRegion.PAGES];
    if (region == null) {
      return;
    }
    int at = page % PageRegion.PAGES;
    set(page, region.seqs[at], region.streamOffsets[at], region.checkpoints[at]);
  }

  @Nullable PageWriter get(int page) {
    Region region = regions[page / PageRegion.PAGES];
    int at = page % PageRegion.PAGES;
    return region == null || region.seqs[at] < 0
        ? null
        : new PageWriter(region.seqs[at], region.streamOffsets[at], region.checkpoints[at]);
  }

  private static int regionsOf(int pages) {
    return (pages + PageRegion.PAGES - 1) / PageRegion.PAGES;
  }
}
