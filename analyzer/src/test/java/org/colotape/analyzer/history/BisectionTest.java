package org.colotape.analyzer.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.colotape.replayer.fixture.ListRecording;
import org.colotape.replayer.fixture.RandomScript;
import org.colotape.replayer.memory.ScratchSpace;
import org.colotape.replayer.replay.ReplaySettings;
import org.colotape.replayer.rules.RuleSet;
import org.colotape.replayer.timeline.SnapshotCache;
import org.colotape.replayer.timeline.Timeline;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.event.Event;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BisectionTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void theFirstEventIsFoundAtTheCostOfItsLogarithm(long seed) {
    List<Event> events = new RandomScript(new Random(seed)).recording(3).events();
    int last = events.size() - 1;
    long wanted = new Random(seed).nextLong(events.size());
    List<Long> looked = new ArrayList<>();
    try (Timeline timeline = timeline(events)) {
      assertThat(
              new Bisection(timeline, at -> at.position().seq() >= wanted, looked::add)
                  .first(-1, last))
          .hasValue(wanted);
    }
    assertThat(looked).hasSizeLessThan(35 - Integer.numberOfLeadingZeros(events.size()));
  }

  @Test
  void whatNeverHoldsIsNotFound() {
    List<Event> events = new RandomScript(new Random(1)).recording(1).events();
    try (Timeline timeline = timeline(events)) {
      assertThat(new Bisection(timeline, at -> false, event -> {}).first(-1, events.size() - 1))
          .isEmpty();
    }
  }

  @Test
  void addressesAreABlockAndAnOffset() {
    assertThat(PageAddress.parse("pc.ram+0x1000")).isEqualTo(new PageAddress("pc.ram", 4096));
    assertThat(PageAddress.parse("a+b+7")).isEqualTo(new PageAddress("a+b", 7));
    assertThat(PageAddress.parse("pc.ram+0x1000")).hasToString("pc.ram+0x1000");
    for (String wrong : List.of("pc.ram", "+5", "pc.ram+", "pc.ram+x", "pc.ram+-1")) {
      assertThatThrownBy(() -> PageAddress.parse(wrong)).isInstanceOf(ColotapeException.class);
    }
  }

  private Timeline timeline(List<Event> events) {
    return new Timeline(
        new ListRecording("r", events),
        ReplaySettings.of(RuleSet.QEMU, new ScratchSpace(folder)),
        SnapshotCache.none());
  }
}
