package org.colotape.schema.layout;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PageRegionTest {
  private static final int PAGE = 4096;

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 8})
  void allPagesOfARegionLieOnOnePartition(int partitions) {
    for (long region = 0; region < 50; region++) {
      long start = region * PageRegion.PAGES * PAGE;

      assertThat(LongStream.range(0, PageRegion.PAGES).map(page -> start + page * PAGE))
          .extracting(offset -> PageRegion.partition("pc.ram", offset, PAGE, partitions))
          .containsOnly(PageRegion.partition("pc.ram", start, PAGE, partitions));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 8})
  void theRegionsOfABlockSpreadEvenlyOverThePartitions(int partitions) {
    int regions = 8000;
    int[] load = new int[partitions];
    for (long region = 0; region < regions; region++) {
      load[PageRegion.partition("pc.ram", region * PageRegion.PAGES * PAGE, PAGE, partitions)]++;
    }

    assertThat(IntStream.of(load))
        .allMatch(count -> Math.abs(count - regions / partitions) < regions / 50);
  }

  /** A recording is read by other versions and machines than it was written by. */
  @Test
  void thePartitionOfAPageNeverChanges() {
    assertThat(PageRegion.partition("pc.ram", 0, PAGE, 8)).isEqualTo(7);
    assertThat(PageRegion.partition("pc.ram", 0x40000000L, PAGE, 8)).isEqualTo(6);
    assertThat(PageRegion.partition("vga.vram", 0x200000, PAGE, 3)).isEqualTo(0);
    assertThat(PageRegion.partition("", 1L << 40, 1 << 21, 5)).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MIN_VALUE, -PAGE, -1, Long.MAX_VALUE})
  void theOffsetsOfADamagedStreamHaveAPartitionToo(long offset) {
    assertThat(PageRegion.partition("pc.ram", offset, PAGE, 3)).isBetween(0, 2);
  }

  @Test
  void theRestOfARegionIsCountedFromAPageToItsEnd() {
    assertThat(PageRegion.pagesLeft(0, PAGE)).isEqualTo(PageRegion.PAGES);
    assertThat(PageRegion.pagesLeft(PAGE, PAGE)).isEqualTo(PageRegion.PAGES - 1);
    assertThat(PageRegion.pagesLeft(511L * PAGE, PAGE)).isEqualTo(1);
    assertThat(PageRegion.pagesLeft(512L * PAGE, PAGE)).isEqualTo(PageRegion.PAGES);
  }
}
