package org.colotape.analyzer.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.colotape.recorder.fixture.Damage;
import org.colotape.recorder.fixture.Events;
import org.colotape.recorder.fixture.Parsing;
import org.colotape.recorder.fixture.SampleStreams;
import org.colotape.schema.check.EventCheck;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.Page;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a stream or a recording says, the checks go on to its end. */
class HostileStreamsTest {
  private static final List<byte[]> STREAMS =
      List.of(
          SampleStreams.colo(),
          SampleStreams.oldColo(),
          SampleStreams.withoutFooters(),
          SampleStreams.postcopy());

  @ParameterizedTest
  @EnumSource(Damage.class)
  void anyDamageLeavesTheChecksRunning(Damage damage) {
    for (byte[] stream : STREAMS) {
      Events events = Parsing.stream(stream);
      for (long seed = 1; seed <= 12; seed++) {
        byte[] damaged = damage.to(stream, events, new Random(seed));
        assertThat(Verified.bytes(damaged).findings())
            .as("%s, seed %d", damage, seed)
            .allMatch(f -> f.streamOffset() <= damaged.length);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void eventsThatDoNotFitTheirBytesLeaveTheChecksRunning(long seed) {
    Random random = new Random(seed);
    List<Event> events = HandMade.healthy();
    for (Event event : events) {
      if (random.nextInt(3) == 0) {
        shorten(event, random);
      }
      if (event.getKind() == Kind.PAGE) {
        Page page = event.getPage();
        page.setDataStart(random.nextInt(event.getWire().remaining() + 1));
        page.setOffset(random.nextLong() & Long.MAX_VALUE & -page.getPageSize());
        page.setPages(1);
      }
    }
    events.stream()
        .filter(event -> event.getKind() != Kind.PADDING)
        .forEach(event -> EventCheck.checkContents(event, () -> "test"));
    assertThat(Verified.events(events).errors()).as("seed %d", seed).contains("recording-lossless");
  }

  private static void shorten(Event event, Random random) {
    ByteBuffer wire = event.getWire();
    int length = random.nextInt(wire.remaining() + 1);
    event.setWire(wire.duplicate().limit(wire.position() + length).slice());
  }
}
