package org.colotape.analyzer.excerpt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeltaDebuggingTest {
  private static final int MANY = 100_000;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void whatIsNeededIsAllThatIsLeft(long seed) {
    Random random = new Random(seed);
    List<Integer> whole = IntStream.range(0, 1 + random.nextInt(200)).boxed().toList();
    Set<Integer> needed =
        whole.stream().filter(i -> random.nextInt(20) == 0).collect(Collectors.toSet());

    List<Integer> left =
        new DeltaDebugging<Integer>(part -> part.containsAll(needed), MANY).minimise(whole);

    assertThat(left).containsExactlyElementsOf(needed.stream().sorted().toList());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void noSingleOneCanBeLeftOutOfWhatIsLeftWhateverTheProperty(long seed) {
    Random random = new Random(seed);
    int multiple = 2 + random.nextInt(9);
    List<Integer> whole = IntStream.range(1, 30 + random.nextInt(30)).boxed().toList();
    int sum = sum(whole) % multiple;

    List<Integer> left =
        new DeltaDebugging<Integer>(part -> !part.isEmpty() && sum(part) % multiple == sum, MANY)
            .minimise(whole);

    assertThat(sum(left) % multiple).isEqualTo(sum);
    for (Integer one : left) {
      List<Integer> without = left.stream().filter(i -> !i.equals(one)).toList();
      assertThat(without.isEmpty() || sum(without) % multiple != sum)
          .as("without %s", one)
          .isTrue();
    }
  }

  @Test
  void whatHasThePropertyWithNothingInItBecomesEmptyAtOnce() {
    AtomicInteger tests = new AtomicInteger();
    List<Integer> left =
        new DeltaDebugging<Integer>(part -> tests.incrementAndGet() > 0, MANY)
            .minimise(List.of(1, 2, 3));
    assertThat(left).isEmpty();
    assertThat(tests).hasValue(1);
  }

  @Test
  void whenTheTestsRunOutWhatIsLeftStillHasTheProperty() {
    List<Integer> whole = IntStream.range(0, 1000).boxed().toList();
    AtomicInteger tests = new AtomicInteger();
    List<Integer> left =
        new DeltaDebugging<Integer>(
                part -> {
                  tests.incrementAndGet();
                  return part.contains(17) && part.contains(800);
                },
                9)
            .minimise(whole);
    assertThat(tests).hasValue(9);
    assertThat(left).contains(17, 800).hasSizeLessThan(1000);
  }

  private static int sum(List<Integer> numbers) {
    return numbers.stream().mapToInt(Integer::intValue).sum();
  }
}
