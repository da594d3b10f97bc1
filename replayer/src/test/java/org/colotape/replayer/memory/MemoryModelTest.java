package org.colotape.replayer.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.colotape.replayer.fixture.EventScript.PAGE;
import static org.colotape.replayer.fixture.Replays.bytes;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.colotape.replayer.fixture.Pages;
import org.colotape.replayer.fixture.Seeds;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever is done to three memories that share their pages, each is what three plain arrays would
 * be.
 */
class MemoryModelTest {
  private static final int OPERATIONS = 800;
  private static final int PAGES = 24;

  @TempDir Path scratch;

  /** A memory without any cleverness. */
  private static final class Plain {
    private final byte[][] contents = new byte[PAGES][PAGE];
    private final @Nullable PageWriter[] writers = new PageWriter[PAGES];
    private final BitSet written = new BitSet();

    void set(int page, byte[] bytes, @Nullable PageWriter writer) {
      contents[page] = bytes.clone();
      writers[page] = writer;
      written.set(page);
    }
  }

  static LongStream seeds() {
    return Seeds.some(4);
  }

  @ParameterizedTest(name = "seed {0}, with writers")
  @MethodSource("seeds")
  void memoriesThatShareTheirPagesAreWhatPlainOnesAre(long seed) {
    run(seed, true);
  }

  @ParameterizedTest(name = "seed {0}, without writers")
  @MethodSource("seeds")
  void memoriesWithoutWritersAreWhatPlainOnesAre(long seed) {
    run(seed, false);
  }

  private void run(long seed, boolean keepWriters) {
    Random random = new Random(seed);
    try (PageStore store = new PageStore(new ScratchSpace(scratch), PAGE, keepWriters)) {
      List<RamBlockMemory> memories =
          Stream.generate(() -> new RamBlockMemory("ram", (long) PAGES * PAGE, store))
              .limit(3)
              .toList();
      List<Plain> plain = Stream.generate(Plain::new).limit(3).toList();
      for (int i = 0; i < OPERATIONS; i++) {
        PageWriter writer = new PageWriter(i, 2L * i, i / 100);
        store.writingFor(writer.seq(), writer.streamOffset(), writer.checkpoint());
        int which = random.nextInt(3);
        step(random, memories, plain, which, keepWriters ? writer : null);
        if (random.nextInt(20) == 0) {
          check(memories.get(which), plain.get(which));
        }
      }
      for (int which = 0; which < 3; which++) {
        check(memories.get(which), plain.get(which));
      }
    }
  }

  private static void step(
      Random random,
      List<RamBlockMemory> memories,
      List<Plain> plain,
      int which,
      @Nullable PageWriter writer) {
    RamBlockMemory memory = memories.get(which);
    Plain model = plain.get(which);
    int page = random.nextInt(PAGES);
    switch (random.nextInt(6)) {
      case 0 -> {
        byte[] noise = Pages.noise(random);
        memory.write(page, noise, 0);
        model.set(page, noise, writer);
      }
      case 1 -> {
        byte value = (byte) random.nextInt(3);
        memory.fill(page, value);
        model.set(page, Pages.filled(value), value == 0 && writer == null ? null : writer);
      }
      case 2 -> {
        int to = page + random.nextInt(PAGES - page + 1);
        memory.zero(page, to);
        for (int i = page; i < to; i++) {
          model.set(i, new byte[PAGE], writer);
        }
      }
      case 3, 4 -> {
        int from = random.nextInt(3);
        memory.copy(page, memories.get(from));
        model.set(page, plain.get(from).contents[page], plain.get(from).writers[page]);
      }
      default -> {
        memory.clearWritten();
        model.written.clear();
      }
    }
  }

  private static void check(RamBlockMemory memory, Plain model) {
    assertThat(memory.written()).isEqualTo(model.written);
    for (int page = 0; page < PAGES; page++) {
      assertThat(bytes(memory, page)).isEqualTo(model.contents[page]);
      assertThat(memory.lastWriter(page)).isEqualTo(model.writers[page]);
      if (memory.isKnownZero(page)) {
        assertThat(model.contents[page]).containsOnly(0);
      }
    }
    assertThat(memory.digest())
        .isEqualTo(BlockDigestTest.fromScratch(Arrays.asList(model.contents)));
  }
}
