package org.colotape.analyzer.diff;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.colotape.replayer.memory.RamBlockMemory;
import org.colotape.schema.event.Memory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Looking only at what changed finds just what looking at everything finds. */
class IncrementalDiffTest {
  private static final int PAGES = 40;
  private static final int CHECKPOINTS = 60;

  @TempDir Path scratch;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void randomHistoriesAreComparedAsIfFromScratch(long seed) {
    Random random = new Random(seed);
    try (Trio trio = new Trio(scratch, PAGES)) {
      Map<Memory, RamBlockMemory> models =
          new EnumMap<>(
              Map.of(Memory.PVM, trio.pvm, Memory.CACHE, trio.cache, Memory.SVM, trio.svm));
      for (int checkpoint = 0; checkpoint < CHECKPOINTS; checkpoint++) {
        Map<Memory, Map<Integer, Integer>> seen = new EnumMap<>(Memory.class);
        for (Map.Entry<Memory, RamBlockMemory> model : models.entrySet()) {
          for (int n = random.nextInt(6); n > 0; n--) {
            model.getValue().fill(random.nextInt(PAGES), (byte) random.nextInt(2));
          }
          seen.put(model.getKey(), new HashMap<>());
          if (random.nextBoolean()) {
            seen.put(model.getKey(), observe(trio, model.getKey(), random));
          }
        }
        trio.diff.advance();
        if (random.nextInt(4) > 0) {
          Map<MemoryPair, PageSet> expected = new EnumMap<>(MemoryPair.class);
          for (MemoryPair pair : MemoryPair.values()) {
            BitSet differing = new BitSet();
            for (int page = 0; page < PAGES; page++) {
              differing.set(
                  page,
                  fill(models, seen, pair.left(), page) != fill(models, seen, pair.right(), page));
            }
            if (!differing.isEmpty()) {
              expected.put(pair, PageSet.of(differing));
            }
          }
          assertThat(trio.diff.compare().getFirst().differing())
              .as("checkpoint %d, seed %d", checkpoint, seed)
              .isEqualTo(expected);
        }
        trio.next();
      }
    }
  }

  /** Observes the whole block or a part of it; what is seen need not be what the model has. */
  private static Map<Integer, Integer> observe(Trio trio, Memory memory, Random random) {
    boolean whole = random.nextInt(3) > 0;
    int first = whole ? 0 : random.nextInt(PAGES);
    int end = whole ? PAGES : first + random.nextInt(PAGES - first) + 1;
    boolean unchanged = random.nextBoolean();
    List<Integer> fills = new ArrayList<>();
    Map<Integer, Integer> seen = new HashMap<>();
    for (int page = first; page < end; page++) {
      fills.add(unchanged && page % 4 > 0 ? 1 : random.nextInt(2));
      seen.put(page, fills.getLast());
    }
    trio.observed(memory, first, fills, List.of());
    return seen;
  }

  private static int fill(
      Map<Memory, RamBlockMemory> models,
      Map<Memory, Map<Integer, Integer>> seen,
      Memory memory,
      int page) {
    byte[] bytes = new byte[Trio.PAGE];
    Objects.requireNonNull(models.get(memory)).read(page, bytes, 0);
    return Objects.requireNonNull(seen.get(memory)).getOrDefault(page, (int) bytes[0]);
  }
}
