package org.colotape.analyzer.diff;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageSetTest {
  @Test
  void consecutivePagesAreOneRun() {
    PageSet pages = PageSet.of(bits(3, 7, 8, 9));
    assertThat(pages.ranges()).containsExactly(new PageRange(3, 4), new PageRange(7, 10));
    assertThat(pages).hasToString("3, 7..9");
  }

  @Test
  void aSetWithoutPagesIsEmpty() {
    assertThat(PageSet.of(new BitSet()).isEmpty()).isTrue();
    assertThat(PageSet.of(new BitSet())).isEqualTo(PageSet.EMPTY);
    assertThat(PageSet.of(bits(0)).isEmpty()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void aSetHoldsJustThePagesItWasMadeOf(long seed) {
    Random random = new Random(seed);
    BitSet one = bits(random.ints(300, 0, 500).toArray());
    BitSet other = bits(random.ints(30, 0, 1000).toArray());
    assertThat(PageSet.of(one).pages()).containsExactlyElementsOf(one.stream().boxed().toList());
    assertThat(PageSet.of(one).size()).isEqualTo(one.cardinality());
    BitSet both = (BitSet) one.clone();
    both.or(other);
    assertThat(PageSet.of(one).union(PageSet.of(other))).isEqualTo(PageSet.of(both));
    assertThat(PageSet.of(one)).isNotEqualTo(PageSet.of(other));
  }

  private static BitSet bits(int... pages) {
    BitSet set = new BitSet();
    IntStream.of(pages).forEach(set::set);
    return set;
  }
}
