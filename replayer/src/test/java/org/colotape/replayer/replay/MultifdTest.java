package org.colotape.replayer.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.colotape.replayer.fixture.EventScript.PAGE;
import static org.colotape.replayer.fixture.Replays.byteAt;
import static org.colotape.replayer.fixture.Replays.finish;
import static org.colotape.replayer.fixture.Replays.reach;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.colotape.replayer.fixture.EventScript;
import org.colotape.replayer.fixture.PackedStream;
import org.colotape.replayer.fixture.Seeds;
import org.colotape.replayer.memory.ScratchSpace;
import org.colotape.replayer.replay.ReplayError.Reason;
import org.colotape.replayer.rules.RuleSet;
import org.colotape.schema.event.Direction;
import org.colotape.schema.event.MultifdMethod;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Pages of multifd channels are pages like all others, and need every packet before them. */
class MultifdTest {
  private static final int PAGES = 64;
  private static final long LENGTH = (long) PAGES * PAGE;
  private static final int FLUSH = 0x200;

  @TempDir Path scratch;

  @ParameterizedTest
  @EnumSource(names = {"ZLIB", "ZSTD"})
  void pagesOfPacketsLandWhereOthersDo(MultifdMethod method) {
    PackedStream stream = new PackedStream(method);
    EventScript script =
        EventScript.withReturnPath()
            .coloMigration(
                "ram",
                LENGTH,
                s ->
                    s.channel(1, 0)
                        .packed(1, method, stream.filled(1, 2), "ram", 0, PAGE)
                        .mixed(1, "ram", 2 * PAGE, 3, 3 * PAGE, 2))
            .checkpoint(s -> s.packed(1, method, stream.filled(4), "ram", PAGE));
    try (Replay replay = replay(script)) {
      reach(replay, 0);
      assertThat(byteAt(replay.svm(), "ram", 0)).isEqualTo(1);
      assertThat(byteAt(replay.cache(), "ram", PAGE)).isEqualTo(2);
      assertThat(byteAt(replay.cache(), "ram", 2 * PAGE)).isEqualTo(3);
      assertThat(reach(replay, 1).flushed()).isTrue();
      assertThat(byteAt(replay.svm(), "ram", PAGE)).isEqualTo(4);
      assertThat(byteAt(replay.pvm(), "ram", PAGE)).isEqualTo(4);
      assertThat(replay.loadError()).isNull();
    }
  }

  @Test
  void zeroPagesOfAPacketAreWritesInTheCacheToo() {
    EventScript script =
        EventScript.withReturnPath()
            .coloMigration("ram", LENGTH, s -> s.channel(1, 0).raw("ram", 3 * PAGE, 9))
            .checkpoint(s -> s.mixed(1, "ram", 0, 5, 3 * PAGE, 2));
    try (Replay replay = replay(script)) {
      assertThat(reach(replay, 1).flushed()).isTrue();
      assertThat(byteAt(replay.cache(), "ram", 3 * PAGE)).isZero();
      assertThat(byteAt(replay.svm(), "ram", 3 * PAGE)).isZero();
      assertThat(byteAt(replay.svm(), "ram", 0)).isEqualTo(5);
    }
  }

  static LongStream seeds() {
    return Seeds.some(10);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void everyPageOfManyPacketsOnManyChannelsIsDecoded(long seed) {
    Random random = new Random(seed);
    PackedStream[] streams = {
      new PackedStream(MultifdMethod.ZLIB), new PackedStream(MultifdMethod.ZSTD)
    };
    MultifdMethod[] methods = {MultifdMethod.ZLIB, MultifdMethod.ZSTD};
    EventScript script = EventScript.withoutReturnPath().block("ram", LENGTH);
    script.channel(1, 0).channel(2, 1);
    Map<Integer, byte[]> expected = new HashMap<>();
    for (int packet = 0; packet < 30; packet++) {
      int channel = random.nextInt(2);
      int[] numbers =
          random.ints(0, PAGES).distinct().limit(1 + random.nextInt(PAGES - 1)).toArray();
      byte[][] pages = new byte[numbers.length][PAGE];
      for (int i = 0; i < numbers.length; i++) {
        // some noise, and much that repeats what the stream held before
        Arrays.fill(pages[i], (byte) random.nextInt(4));
        for (int j = random.nextInt(PAGE); j < PAGE && random.nextBoolean(); j++) {
          pages[i][j] = (byte) random.nextInt();
        }
        expected.put(numbers[i], pages[i]);
      }
      byte[] data = streams[channel].packet(pages);
      long seq = script.head(channel + 1, methods[channel], numbers.length, 0, data.length, "ram");
      int cut = random.nextInt(data.length);
      script.data(channel + 1, seq, 0, Arrays.copyOf(data, cut));
      script.data(channel + 1, seq, cut, Arrays.copyOfRange(data, cut, data.length));
      for (int i = 0; i < numbers.length; i++) {
        script.packedPage(channel + 1, methods[channel], seq, i, "ram", (long) numbers[i] * PAGE);
      }
    }
    script.endOfSections().seal(true).end();
    try (Replay replay = replay(script)) {
      reach(replay, 0);
      assertThat(replay.loadError()).isNull();
      expected.forEach((number, page) -> {
        byte[] got = new byte[PAGE];
        replay.svm().block("ram").read(number, got, 0);
        assertThat(got).as("page %d, seed %d", number, seed).isEqualTo(page);
      });
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"ZLIB", "ZSTD"})
  void damagedDataEndTheLoadAndWhatTheStreamHoldsBehindThem(MultifdMethod method) {
    PackedStream stream = new PackedStream(method);
    byte[] first = stream.filled(1);
    byte[] second = stream.filled(2);
    Arrays.fill(second, (byte) 0xff);
    byte[] third = stream.filled(3);
    EventScript script =
        migration(s ->
            s.packed(1, method, first, "ram", 0)
                .packed(1, method, second, "ram", PAGE)
                .packed(1, method, third, "ram", 2 * PAGE));
    try (Replay replay = replay(script)) {
      reach(replay, 0);
      ReplayError error = Objects.requireNonNull(replay.loadError());
      assertThat(error.reason()).isEqualTo(Reason.BAD_PAGE_DATA);
      assertThat(error.detail())
          .startsWith("multifd channel 1 can't be decompressed further: the packet's ");
      assertThat(error.channel()).isEqualTo(1);
      assertThat(error.offset()).isEqualTo(PAGE);
      assertThat(byteAt(replay.pvm(), "ram", 0)).isEqualTo(1);
      assertThat(byteAt(replay.pvm(), "ram", 2 * PAGE)).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"ZLIB", "ZSTD"})
  void dataOfMoreOrFewerPagesThanTheHeadStatesEndTheLoad(MultifdMethod method) {
    byte[] two = new PackedStream(method).filled(1, 2);

    assertThat(detailOf(migration(s -> s.packed(1, method, two, "ram", 0)))).contains("more");
    assertThat(detailOf(migration(s -> s.packed(1, method, two, "ram", 0, PAGE, 2 * PAGE))))
        .contains("8192 bytes instead of 12288");
  }

  @Test
  void bytesOfTheChannelThatCouldNotBeParsedEndTheLoadAndTheStream() {
    PackedStream stream = new PackedStream(MultifdMethod.ZLIB);
    byte[] first = stream.filled(1);
    byte[] second = stream.filled(2);
    EventScript script =
        migration(s ->
            s.packed(1, MultifdMethod.ZLIB, first, "ram", 0)
                .opaque(1, "damage")
                .packed(1, MultifdMethod.ZLIB, second, "ram", PAGE));
    try (Replay replay = replay(script)) {
      reach(replay, 0);
      assertThat(Objects.requireNonNull(replay.loadError()).reason())
          .isEqualTo(Reason.UNPARSED_BYTES);
      assertThat(byteAt(replay.pvm(), "ram", 0)).isEqualTo(1);
      assertThat(byteAt(replay.pvm(), "ram", PAGE)).isZero();
    }
  }

  @Test
  void unparsedBytesOfTheReturnPathDoNotTouchTheStreams() {
    PackedStream stream = new PackedStream(MultifdMethod.ZSTD);
    EventScript script =
        migration(s ->
            s.packed(1, MultifdMethod.ZSTD, stream.filled(1), "ram", 0)
                .opaque(Direction.SVM_TO_PVM, "damage")
                .packed(1, MultifdMethod.ZSTD, stream.filled(2), "ram", PAGE));
    try (Replay replay = replay(script)) {
      reach(replay, 0);
      assertThat(replay.loadError()).isNull();
      assertThat(byteAt(replay.svm(), "ram", PAGE)).isEqualTo(2);
    }
  }

  @Test
  void aPageOfAnUnknownBlockDoesNotBreakTheStreamBehindIt() {
    PackedStream stream = new PackedStream(MultifdMethod.ZLIB);
    EventScript script =
        migration(s ->
            s.packed(1, MultifdMethod.ZLIB, stream.filled(1), "rom", 0)
                .packed(1, MultifdMethod.ZLIB, stream.filled(2), "ram", PAGE));
    try (Replay replay = replay(script)) {
      reach(replay, 0);
      assertThat(Objects.requireNonNull(replay.loadError()).reason())
          .isEqualTo(Reason.UNKNOWN_BLOCK);
      assertThat(byteAt(replay.pvm(), "ram", PAGE)).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"QPL", "UADK", "QATZIP"})
  void dataOfHardwareAreRefusedByName(MultifdMethod method) {
    EventScript script =
        migration(s -> s.data(1, s.head(1, method, 1, 0, 4, "ram"), 0, new byte[4]));

    assertThat(detailOf(script)).contains(method + " data").contains("hardware");
  }

  @Test
  void pagesAndDataThatAreNoneOfTheirPacketAreRefused() {
    MultifdMethod zlib = MultifdMethod.ZLIB;
    byte[] data = new PackedStream(zlib).filled(1);

    // the index of no page
    assertThat(
            detailOf(
                migration(s -> {
                  long seq = s.head(1, zlib, 1, 0, data.length, "ram");
                  s.data(1, seq, 0, data).packedPage(1, zlib, seq, 1, "ram", 0);
                })))
        .contains("none of the packet");
    // of another packet
    assertThat(
            detailOf(
                migration(s -> {
                  long seq = s.head(1, zlib, 1, 0, data.length, "ram");
                  s.data(1, seq, 0, data).packedPage(1, zlib, seq - 1, 0, "ram", 0);
                })))
        .contains("none of the packet");
    // data that are not there, or not where they should be, or too many
    assertThat(
            detailOf(
                migration(s -> {
                  long seq = s.head(1, zlib, 1, 0, data.length, "ram");
                  s.packedPage(1, zlib, seq, 0, "ram", 0);
                })))
        .contains("not whole");
    assertThat(
            detailOf(migration(s -> s.data(1, s.head(1, zlib, 1, 0, data.length, "ram"), 1, data))))
        .contains("do not belong");
    assertThat(detailOf(migration(s -> s.data(1, s.head(1, zlib, 1, 0, 1, "ram"), 0, data))))
        .contains("do not belong");
    // a length that no packet has
    assertThat(detailOf(migration(s -> s.head(1, zlib, 1, 0, Long.MAX_VALUE, "ram"))))
        .contains("states 9223372036854775807 bytes");
  }

  @Test
  void aStreamThatWaitsForChannelsWhichWereNotRecordedEndsTheLoad() {
    ReplayError error =
        errorOf(
            EventScript.withReturnPath()
                .coloMigration("ram", LENGTH, s -> s.mark(FLUSH).zero("ram", 0, 1)));

    assertThat(error.reason()).isEqualTo(Reason.MISSING_CHANNEL);
    assertThat(error.detail()).contains("multifd channels, which the recording lacks");
  }

  @Test
  void aStreamWithPagesOfItsOwnMayFlushWithoutMultifdAsQemu81Does() {
    EventScript script =
        EventScript.withReturnPath()
            .coloMigration("ram", LENGTH, s -> s.mark(FLUSH).raw("ram", 0, 1));
    try (Replay replay = replay(script)) {
      finish(replay);
      assertThat(replay.loadError()).isNull();
    }
  }

  @Test
  void theCapabilityThatTheUserStatedTellsThatChannelsAreMissing() {
    EventScript stated =
        EventScript.withReturnPath()
            .stating("multifd")
            .coloMigration("ram", LENGTH, s -> s.zero("ram", 0, 1));

    assertThat(errorOf(stated).reason()).isEqualTo(Reason.MISSING_CHANNEL);
  }

  @Test
  void aGapInTheIdsOfTheChannelsTellsThatOneIsMissing() {
    EventScript script =
        EventScript.withReturnPath()
            .coloMigration("ram", LENGTH, s -> s.channel(1, 0).channel(2, 2));

    assertThat(errorOf(script).detail()).endsWith("the one with id 1");
  }

  private static EventScript migration(Consumer<EventScript> pages) {
    EventScript script = EventScript.withoutReturnPath().block("ram", LENGTH).channel(1, 0);
    pages.accept(script);
    return script.endOfSections().seal(true).end();
  }

  private String detailOf(EventScript script) {
    ReplayError error = errorOf(script);
    assertThat(error.reason()).isEqualTo(Reason.BAD_PAGE_DATA);
    return error.detail();
  }

  private ReplayError errorOf(EventScript script) {
    try (Replay replay = replay(script)) {
      finish(replay);
      return Objects.requireNonNull(replay.loadError());
    }
  }

  private Replay replay(EventScript script) {
    ReplaySettings settings =
        ReplaySettings.of(RuleSet.QEMU, new ScratchSpace(scratch)).withPvmModel();
    return new Replay(script.source(), settings, ObservationListener.NONE);
  }
}
