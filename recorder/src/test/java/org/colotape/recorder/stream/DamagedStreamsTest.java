package org.colotape.recorder.stream;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.colotape.recorder.fixture.Captures;
import org.colotape.recorder.fixture.Captures.Captured;
import org.colotape.recorder.fixture.Chunking;
import org.colotape.recorder.fixture.Damage;
import org.colotape.recorder.fixture.Events;
import org.colotape.recorder.fixture.Parsing;
import org.colotape.recorder.fixture.SampleStreams;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Page;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Law 1 for bytes that were cut or damaged anywhere: parsing never throws, loses no byte, and gives
 * events that are bounded and do not depend on the chunking. How often each kind of damage is tried
 * is in the system property {@code colotape.damage.rounds}; a failure names the seed.
 */
class DamagedStreamsTest {
  private static final int ROUNDS = Integer.getInteger("colotape.damage.rounds", 60);
  private static final int LONGEST_CAPTURE = 450_000;
  private static final int SINGLE_BYTES = 100_000;

  /** A description and the device state before it are the longest that a damaged byte can hide. */
  private static final long MOST_OPAQUE = 110_000;

  /** The record of a zero page may become that of a whole one, and hide the next ones. */
  private static final long MOST_PAGES = 4096 / 9;

  interface Parse extends BiFunction<byte[], Chunking, Events> {}

  static Stream<Arguments> samples() {
    return Stream.of(
        Arguments.of(Named.of("COLO", SampleStreams.colo()), stream()),
        Arguments.of(Named.of("COLO of QEMU 2.8", SampleStreams.oldColo()), stream()),
        Arguments.of(Named.of("no footers", SampleStreams.withoutFooters()), stream()),
        Arguments.of(Named.of("no description", SampleStreams.withoutDescription()), stream()),
        Arguments.of(Named.of("postcopy", SampleStreams.postcopy()), stream()),
        Arguments.of(
            Named.of("multifd", SampleStreams.multifd()),
            Named.of("ChannelParser", (Parse) Parsing::channel)),
        Arguments.of(
            Named.of("return path", SampleStreams.returnPath()),
            Named.of("ReturnPathParser", (Parse) Parsing::returnPath)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("samples")
  void aStreamThatEndsAnywhereIsKeptUpToItsEnd(byte[] stream, Parse parse) {
    int step = stream.length < 2000 ? 1 : 97;
    for (int end = 0; end < stream.length; end += step) {
      byte[] cut = Arrays.copyOf(stream, end);

      holdsTheLaws(cut, parse, "cut at " + end, new Random(end));
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("samples")
  void aStreamThatIsDamagedAnywhereIsKeptAsItIs(byte[] stream, Parse parse) {
    tryAllDamage(stream, parse, ROUNDS);
  }

  @Nested
  class OnRealInput {
    @BeforeAll
    static void capturesAreThere() {
      Captures.assumePresent();
    }

    static Stream<Captured> captures() {
      return Captures.all()
          .filter(captured -> captured.channel() == 0 && captured.bytes() <= LONGEST_CAPTURE);
    }

    @Test
    void aFlippedBitCostsNoMoreThanThePageTheDeviceOrTheDescriptionThatItHits() {
      byte[] bytes = Captures.stream("7.2-colo-xbzrle").read();
      Events sound = Parsing.stream(bytes);
      List<List<Event>> kinds =
          List.copyOf(
              sound.all().stream()
                  .filter(event -> event.getWire().hasRemaining())
                  .collect(groupingBy(Event::getKind, TreeMap::new, toList()))
                  .values());
      for (long seed = 0; seed < ROUNDS; seed++) {
        Random random = new Random(seed);
        List<Event> events = kinds.get((int) seed % kinds.size());
        Event event = events.get(random.nextInt(events.size()));
        int at = (int) event.getStreamOffset() + random.nextInt(event.getWire().remaining());
        byte[] damaged = bytes.clone();
        damaged[at] ^= (byte) (1 << random.nextInt(Byte.SIZE));

        Events got = Parsing.stream(damaged);

        assertThat(got.opaqueBytes()).as("seed %d", seed).isLessThan(MOST_OPAQUE);
        assertThat(pages(got)).as("seed %d", seed).isCloseTo(pages(sound), within(MOST_PAGES));
      }
    }

    @ParameterizedTest
    @MethodSource("captures")
    void aCaptureThatIsDamagedAnywhereIsKeptAsItIs(Captured captured) {
      tryAllDamage(
          captured.read(),
          (stream, chunking) -> Parsing.captured(captured, stream, chunking),
          Math.max(1, ROUNDS / 20));
    }
  }

  private static Named<Parse> stream() {
    return Named.of("StreamParser", Parsing::stream);
  }

  private static long pages(Events events) {
    return events.pages().stream().mapToLong(Page::getPages).sum();
  }

  private static void tryAllDamage(byte[] stream, Parse parse, int rounds) {
    Events events = parse.apply(stream, Chunking.whole());
    for (Damage damage : Damage.values()) {
      for (long seed = 0; seed < rounds; seed++) {
        Random random = new Random(seed);
        byte[] damaged = damage.to(stream, events, random);

        holdsTheLaws(damaged, parse, damage + ", seed " + seed, random);
      }
    }
  }

  private static void holdsTheLaws(byte[] bytes, Parse parse, String what, Random random) {
    Chunking random1 = Chunking.random(random.nextLong());

    Events whole = parse.apply(bytes, Chunking.whole());
    Events chunks = parse.apply(bytes, random1);

    assertThat(Arrays.equals(whole.wire(), bytes)).as("lossless: %s", what).isTrue();
    assertThat(chunks.lines()).as("%s: %s", what, random1).isEqualTo(whole.lines());
    if (bytes.length <= SINGLE_BYTES && random.nextInt(4) == 0) {
      Events single = parse.apply(bytes, Chunking.of(1));
      assertThat(single.lines()).as("%s: one byte at a time", what).isEqualTo(whole.lines());
    }
  }
}
