package org.colotape.replayer.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sets of pages do what a {@link BitSet} does, at a cost that does not follow the numbers. */
class PageSetsTest {
  private static final int LAST = Integer.MAX_VALUE - (1 << 20);

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void intervalsHoldWhatWasAddedAndNotRemoved(long seed) throws IOException {
    Random random = new Random(seed);
    Intervals intervals = new Intervals();
    BitSet expected = new BitSet();
    for (int step = 0; step < 3000; step++) {
      int from = random.nextInt(300);
      int to = from + random.nextInt(1 + random.nextInt(40));
      if (random.nextBoolean()) {
        BitSet fresh = new BitSet();
        fresh.set(from, to);
        fresh.andNot(expected);
        BitSet told = new BitSet();
        intervals.add(
            from,
            to,
            (first, end) -> {
              assertThat(first).isLessThan(end);
              assertThat(told.get(first, end).isEmpty()).isTrue();
              told.set(first, end);
            });
        assertThat(told).isEqualTo(fresh);
        expected.set(from, to);
      } else {
        intervals.remove(from, to);
        expected.clear(from, to);
      }
      assertThat(intervals.size()).isEqualTo(expected.cardinality());
      assertThat(intervals.isEmpty()).isEqualTo(expected.isEmpty());
      if (!expected.isEmpty()) {
        assertThat(intervals.first()).isEqualTo(expected.nextSetBit(0));
      }
    }
    ByteArrayOutputStream saved = new ByteArrayOutputStream();
    intervals.save(new DataOutputStream(saved));
    Intervals loaded = new Intervals();
    loaded.load(new DataInputStream(new ByteArrayInputStream(saved.toByteArray())));
    BitSet all = new BitSet();
    all.set(0, 400);
    BitSet missing = new BitSet();
    loaded.add(0, 400, missing::set);
    all.andNot(missing);
    assertThat(all).isEqualTo(expected);
  }

  @Test
  void anIntervalOfAllPagesOfTheLargestBlockCostsWhatAShortOneDoes() {
    Intervals intervals = new Intervals();

    intervals.add(0, LAST, (from, to) -> {});
    intervals.remove(1, LAST - 1);

    assertThat(intervals.size()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void sparseBitsHoldWhatWasSetAndNotCleared(long seed) throws IOException {
    Random random = new Random(seed);
    SparseBits bits = new SparseBits();
    BitSet expected = new BitSet();
    for (int step = 0; step < 5000; step++) {
      int number = random.nextInt(1 << (1 + random.nextInt(18)));
      switch (random.nextInt(20)) {
        case 0 -> {
          bits.clearFrom(number);
          expected.clear(number, Math.max(number, expected.length()));
        }
        case 1, 2, 3, 4, 5, 6, 7 -> {
          bits.clear(number);
          expected.clear(number);
        }
        default -> {
          bits.set(number);
          expected.set(number);
        }
      }
      assertThat(bits.get(number)).isEqualTo(expected.get(number));
      int from = random.nextInt(1 << 18);
      assertThat(bits.next(from)).isEqualTo(expected.nextSetBit(from));
    }
    ByteArrayOutputStream saved = new ByteArrayOutputStream();
    bits.save(new DataOutputStream(saved));
    SparseBits loaded = new SparseBits();
    loaded.load(new DataInputStream(new ByteArrayInputStream(saved.toByteArray())));
    for (int next = loaded.next(0), e = expected.nextSetBit(0);
        next >= 0 || e >= 0;
        next = loaded.next(next + 1), e = expected.nextSetBit(e + 1)) {
      assertThat(next).isEqualTo(e);
    }
  }

  @Test
  void sparseBitsHoldTheLastPageOfTheLargestBlock() {
    SparseBits bits = new SparseBits();

    bits.set(LAST);

    assertThat(bits.next(0)).isEqualTo(LAST);
    assertThat(bits.next(LAST)).isEqualTo(LAST);
    assertThat(bits.next(LAST + 1)).isEqualTo(-1);
    bits.clear();
    assertThat(bits.next(0)).isEqualTo(-1);
  }
}
