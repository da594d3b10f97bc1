package org.colotape.replayer.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.colotape.replayer.fixture.EventScript.PAGE;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.colotape.replayer.fixture.Pages;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Memory costs what was written to it, not what it could hold. */
class SparseMemoryTest {
  private static final Path MAPPINGS = Path.of("/proc/self/smaps");
  private static final long KIB = 1 << 10;
  private static final long GIB = 1 << 30;

  @TempDir Path scratch;

  @BeforeEach
  void linuxTellsWhatAMappingTakes() {
    assumeTrue(Files.isReadable(MAPPINGS), "only Linux tells what a mapping takes");
  }

  @Test
  void threePagesOfABlockOf64GibTakeLessThan64Kib() throws IOException {
    try (PageStore store = new PageStore(new ScratchSpace(scratch), PAGE, true);
        RamBlockMemory block = new RamBlockMemory("ram", 64 * GIB, store)) {
      block.write(0, Pages.filled(1), 0);
      block.write(block.pages() / 2, Pages.filled(2), 0);
      block.write(block.pages() - 1, Pages.filled(3), 0);
      block.digest();
      assertThat(block.nextNonZero(1)).isEqualTo(block.pages() / 2);
      assertThat(mappedBytes()).isGreaterThan(64 * GIB / 1024);
      assertThat(residentBytes()).isBetween(3L * PAGE, 64 * KIB);
    }
  }

  @Test
  void readingZerosTakesNothing() throws IOException {
    try (PageStore store = new PageStore(new ScratchSpace(scratch), PAGE, false);
        RamBlockMemory block = new RamBlockMemory("ram", GIB, store)) {
      block.zero(0, block.pages());
      byte[] page = new byte[PAGE];
      for (int i = 0; i < block.pages(); i++) {
        block.read(i, page, 0);
      }
      assertThat(block.digest()).isEqualTo(BlockDigest.ZERO);
      assertThat(residentBytes()).isZero();
    }
  }

  @Test
  void aPageInThreeMemoriesTakesTheSpaceOfOne() throws IOException {
    int pages = 1000;
    try (PageStore store = new PageStore(new ScratchSpace(scratch), PAGE, false)) {
      RamBlockMemory svm = new RamBlockMemory("ram", (long) pages * PAGE, store);
      RamBlockMemory cache = new RamBlockMemory("ram", (long) pages * PAGE, store);
      RamBlockMemory pvm = new RamBlockMemory("ram", (long) pages * PAGE, store);
      for (int page = 0; page < pages; page++) {
        svm.write(page, Pages.filled(1), 0);
        cache.copy(page, svm);
        pvm.copy(page, svm);
      }
      assertThat(residentBytes()).isBetween((long) pages * PAGE, (long) pages * PAGE * 11 / 10);
    }
  }

  @Test
  void pagesThatNobodyNamesAnyMoreAreUsedAgain() throws IOException {
    try (PageStore store = new PageStore(new ScratchSpace(scratch), PAGE, true);
        RamBlockMemory svm = new RamBlockMemory("ram", 100L * PAGE, store);
        RamBlockMemory cache = new RamBlockMemory("ram", 100L * PAGE, store)) {
      for (int round = 0; round < 500; round++) {
        store.writingFor(round, round, round);
        for (int page = 0; page < 20; page++) {
          cache.fill(page, (byte) (1 + round % 100));
        }
        cache.zero(20, 40);
        for (int page = 0; page < 40; page++) {
          svm.copy(page, cache);
        }
      }
      assertThat(residentBytes()).isLessThan(60L * PAGE);
    }
  }

  @Test
  void pagesThatBecameZeroAreUsedAgain() throws IOException {
    try (PageStore store = new PageStore(new ScratchSpace(scratch), PAGE, false);
        RamBlockMemory block = new RamBlockMemory("ram", 100L * PAGE, store)) {
      for (int round = 0; round < 500; round++) {
        for (int page = 0; page < 20; page++) {
          block.fill(page, (byte) 1);
        }
        block.zero(0, 20);
      }
      assertThat(residentBytes()).isLessThan(30L * PAGE);
    }
  }

  @Test
  void scratchFilesAreUnlinkedAtOnceAndSpaceIsGivenBack() throws IOException {
    try (PageStore store = new PageStore(new ScratchSpace(scratch), PAGE, false);
        RamBlockMemory block = new RamBlockMemory("ram", 100L * PAGE, store)) {
      block.fill(0, (byte) 1);
      assertThat(scratch).isEmptyDirectory();
    }
    assertThat(mappedBytes()).isZero();
  }

  /** Bytes of this test's mappings that are in memory. */
  private long residentBytes() throws IOException {
    return sum("Rss:");
  }

  private long mappedBytes() throws IOException {
    return sum("Size:");
  }

  private long sum(String key) throws IOException {
    List<String> lines = Files.readAllLines(MAPPINGS);
    boolean ours = false;
    long sum = 0;
    for (String line : lines) {
      if (Character.isLetterOrDigit(line.charAt(0))
          && !line.contains(":  ")
          && line.contains("-")) {
        ours = line.contains(scratch.toString());
      } else if (ours && line.startsWith(key)) {
        sum += Long.parseLong(line.replaceAll("\\D", "")) * KIB;
      }
    }
    return sum;
  }
}
