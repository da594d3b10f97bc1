package org.colotape.recorder.simulation.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class WorkloadTest {
  private static final List<GuestBlock> BLOCKS =
      List.of(new GuestBlock("pc.ram", 900), new GuestBlock("vga.vram", 100));
  private static final int WRITES = 500;

  @Test
  void anIdleGuestWritesNothing() {
    assertThat(next(WritePattern.IDLE)).isEmpty();
  }

  @Test
  void aSequentialGuestWritesOnePageBehindTheOther() {
    assertThat(next(WritePattern.SEQUENTIAL).stream().map(GuestWrite::page))
        .hasSize(WRITES)
        .startsWith(new GuestPage(0, 0), new GuestPage(0, 1), new GuestPage(0, 2))
        .doesNotHaveDuplicates();
  }

  @Test
  void aHotGuestWritesToFewPagesMostOfTheTime() {
    Set<GuestPage> hot = pages(WritePattern.HOT_SET);
    Set<GuestPage> uniform = pages(WritePattern.UNIFORM);
    assertThat(hot).hasSizeLessThan(130);
    assertThat(uniform).hasSizeGreaterThan(300).anyMatch(page -> page.block() == 1);
  }

  @Test
  void aZeroingGuestMakesAboutEverySecondPageZero() {
    long zeroing =
        next(WritePattern.ZEROING).stream()
            .filter(write -> write.bytes().length == GuestPage.BYTES && write.bytes()[0] == 0)
            .count();
    assertThat(zeroing).isBetween(WRITES / 2 - 60L, WRITES / 2 + 60L);
  }

  @Test
  void theUsedPagesAreSpreadOverTheBlocks() {
    assertThat(new Workload(BLOCKS, WritePattern.IDLE, 1).boot(100))
        .hasSize(100)
        .filteredOn(write -> write.page().block() == 1)
        .hasSize(10);
  }

  private static Set<GuestPage> pages(WritePattern pattern) {
    return next(pattern).stream().map(GuestWrite::page).collect(Collectors.toSet());
  }

  private static List<GuestWrite> next(WritePattern pattern) {
    return new Workload(BLOCKS, pattern, 7).next(WRITES);
  }
}
