package org.colotape.recorder.feed;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.colotape.recorder.feed.ChannelOrder.Pace;
import org.colotape.recorder.fixture.Damage;
import org.colotape.recorder.fixture.EventLog;
import org.colotape.recorder.fixture.Events;
import org.colotape.recorder.fixture.MigrationStreamBuilder;
import org.colotape.recorder.fixture.MultifdMigration;
import org.colotape.recorder.fixture.MultifdMigration.Sync;
import org.colotape.recorder.fixture.MultifdStreamBuilder;
import org.colotape.recorder.fixture.Parsing;
import org.colotape.recorder.stream.ByteParser;
import org.colotape.recorder.stream.ChannelParser;
import org.colotape.schema.event.Closing;
import org.colotape.schema.event.Direction;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The order of events of several channels is the sender's, however their bytes arrive. */
class ChannelOrderTest {
  private static final int FLUSH = 0x200;
  private static final int EOS = 0x010;

  static Stream<Arguments> migrations() {
    return IntStream.range(0, 24)
        .mapToObj(seed -> Arguments.of(sync(seed), 1 + seed / 2 % 4, (long) seed));
  }

  @ParameterizedTest(name = "{0}, {1} channels, seed {2}")
  @MethodSource("migrations")
  void eventsAreTheSameForEveryInterleavingOfTheChannels(Sync sync, int channels, long seed) {
    MultifdMigration migration = MultifdMigration.ofRounds(sync, channels, 6, new Random(seed));
    List<byte[]> bytes = all(migration);
    EventLog expected = run(bytes, Pace.AS_NEEDED, new Random(seed));

    for (int i = 1; i < 6; i++) {
      EventLog other = run(bytes, Pace.AS_NEEDED, new Random(seed + 1000L * i));

      assertThat(lines(other)).isEqualTo(lines(expected));
    }
    assertLossless(expected, bytes);
    assertOrdered(expected, sync);
  }

  @ParameterizedTest(name = "{0}, {1} channels, seed {2}")
  @MethodSource("migrations")
  void packetsGoByTheirNumbersBetweenTwoSyncPoints(Sync sync, int channels, long seed) {
    MultifdMigration migration = MultifdMigration.ofRounds(sync, channels, 6, new Random(seed));

    EventLog log = run(all(migration), Pace.AS_NEEDED, new Random(seed));

    assertThat(log.of(Kind.MULTIFD_PACKET))
        .extracting(event -> event.getPacket().getNumber())
        .hasSizeGreaterThan(6 * channels)
        .satisfies(numbers -> {
          if (sync == Sync.BY_WORD) {
            assertThat(numbers).isSorted().doesNotHaveDuplicates();
          }
        });
  }

  @ParameterizedTest(name = "{0}, {1} channels, seed {2}")
  @MethodSource("migrations")
  void aReceiversPaceKeepsToTheSyncPointsWhateverArrivesFirst(Sync sync, int channels, long seed) {
    MultifdMigration migration = MultifdMigration.ofColo(sync, channels, 4, new Random(seed));
    List<byte[]> bytes = all(migration);

    for (int i = 0; i < 5; i++) {
      EventLog log = run(bytes, Pace.AS_RECEIVED, new Random(seed + 1000L * i));

      assertLossless(log, bytes);
      assertOrdered(log, sync);
    }
  }

  @Test
  void noMoreThanOneChunkOfEachChannelIsHeld() {
    MultifdMigration migration = MultifdMigration.ofRounds(Sync.BY_WORD, 2, 3, new Random(1));
    ChannelOrder order = new ChannelOrder(event -> {}, List.of(), Pace.AS_NEEDED);
    order.main();
    ByteParser channel = order.add(1);

    assertThat(order.appetite(1)).isEqualTo(ChannelParser.ROLE_BYTES);
    channel.feed(ByteBuffer.wrap(migration.channels().getFirst(), 0, ChannelParser.ROLE_BYTES));

    assertThat(order.appetite(1)).isZero();
    assertThat(order.appetite(0)).isEqualTo(ChannelOrder.CHUNK);
  }

  @Test
  void theMainChannelIsNotWantedWhileItWaitsForOthers() {
    MultifdMigration migration = MultifdMigration.ofRounds(Sync.BY_WORD, 1, 1, new Random(1));
    EventLog log = new EventLog();
    ChannelOrder order = new ChannelOrder(log::accept, List.of(), Pace.AS_NEEDED);
    ByteParser main = order.main();
    ByteParser channel = order.add(1);
    byte[] bytes = migration.channels().getFirst();
    channel.feed(ByteBuffer.wrap(bytes, 0, 64));
    main.feed(ByteBuffer.wrap(migration.main()));

    assertThat(order.appetite(0)).isZero();
    assertThat(order.appetite(1)).isPositive();
    assertThat(log.of(Kind.RAM_MARK)).isEmpty();

    order.giveUp();

    assertThat(order.appetite(0)).isPositive();
    assertThat(log.of(Kind.RAM_MARK)).isNotEmpty();
  }

  @ParameterizedTest
  @EnumSource(Pace.class)
  void channelsThatAreNotMultifdsDoNotHoldTheMainChannelUp(Pace pace) {
    MultifdMigration migration = MultifdMigration.ofRounds(Sync.BY_SECTION, 1, 2, new Random(1));
    byte[] other = "another kind of channel".getBytes(StandardCharsets.US_ASCII);
    ChannelOrder order = new ChannelOrder(event -> {}, List.of(), pace);
    ByteParser main = order.main();
    order.add(1).feed(ByteBuffer.wrap(other));
    order.add(2); // and one that never says what it is

    main.feed(ByteBuffer.wrap(migration.main()));

    assertThat(order.appetite(0)).isPositive();
  }

  @ParameterizedTest
  @EnumSource(Pace.class)
  void aChannelThatEndsEarlyDoesNotHoldTheMainChannelUp(Pace pace) {
    MultifdMigration migration = MultifdMigration.ofRounds(Sync.BY_WORD, 2, 4, new Random(7));
    List<byte[]> bytes = all(migration);
    bytes.set(1, Arrays.copyOf(bytes.get(1), bytes.get(1).length / 3));

    EventLog log = run(bytes, pace, new Random(1));

    assertLossless(log, bytes);
    assertThat(log.of(Kind.RAM_MARK)).hasSize(10);
  }

  @Test
  void aSyncThatWasLostIsSeenFromTheNumbersOfTheOtherChannels() {
    MultifdStreamBuilder first = MultifdStreamBuilder.channel(0).sync(0).pages(2, "pc.ram", 1, 0);
    int lost = first.position();
    byte[] damaged = first.sync(4).pages(6, "pc.ram", 2, 0x1000).sync(8).bytes();
    damaged[lost] ^= 1;
    byte[] sound =
        MultifdStreamBuilder.channel(1)
            .sync(1)
            .pages(3, "pc.ram", 3, 0x2000)
            .sync(5)
            .pages(7, "pc.ram", 4, 0x3000)
            .sync(9)
            .bytes();
    byte[] main =
        MigrationStreamBuilder.stream()
            .sectionHead(1, 2, "ram", 0, 4)
            .blockList(new MigrationStreamBuilder.Block("pc.ram", 1 << 20))
            .word(0, FLUSH)
            .endOfRam()
            .ramPart(ram -> ram.word(0, FLUSH).word(0, FLUSH))
            .eof()
            .description()
            .bytes();

    EventLog log = run(List.of(main, damaged, sound), Pace.AS_NEEDED, new Random(1));

    List<String> pages = new ArrayList<>();
    for (Event event : log.events()) {
      if (event.getKind() == Kind.PAGE) {
        pages.add(Long.toHexString(event.getPage().getOffset()));
      } else if (event.getKind() == Kind.RAM_MARK && event.getMark().getFlags() == FLUSH) {
        pages.add("sync");
      }
    }
    assertThat(pages).containsExactly("sync", "0", "2000", "sync", "1000", "3000", "sync");
  }

  @ParameterizedTest
  @EnumSource(Damage.class)
  void damageOfAnyChannelNeitherLosesBytesNorHangsNorDependsOnTheInterleaving(Damage damage) {
    for (long seed = 0; seed < 25; seed++) {
      Random random = new Random(seed);
      MultifdMigration migration = MultifdMigration.ofColo(sync(seed), 2, 2, random);
      List<byte[]> bytes = all(migration);
      int victim = random.nextInt(bytes.size());
      Events sound =
          victim == 0 ? Parsing.stream(bytes.get(0)) : Parsing.channel(bytes.get(victim));
      bytes.set(victim, damage.to(bytes.get(victim), sound, random));

      EventLog log = run(bytes, Pace.AS_NEEDED, new Random(seed));
      EventLog other = run(bytes, Pace.AS_NEEDED, new Random(seed + 1000));

      assertThat(lines(other)).as("seed %d", seed).isEqualTo(lines(log));
      assertLossless(log, bytes);
      assertLossless(run(bytes, Pace.AS_RECEIVED, new Random(seed)), bytes);
    }
  }

  private static Sync sync(long seed) {
    return seed % 2 == 0 ? Sync.BY_WORD : Sync.BY_SECTION;
  }

  private static List<byte[]> all(MultifdMigration migration) {
    List<byte[]> all = new ArrayList<>(List.of(migration.main()));
    all.addAll(migration.channels());
    return all;
  }

  /** Feeds all channels in random chunks, as far as each is wanted. */
  private static EventLog run(List<byte[]> bytes, Pace pace, Random random) {
    EventLog log = new EventLog();
    ChannelOrder order = new ChannelOrder(log::accept, List.of(), pace);
    List<ByteParser> parsers = new ArrayList<>(List.of(order.main()));
    for (int channel = 1; channel < bytes.size(); channel++) {
      parsers.add(order.add(channel));
    }
    int[] at = new int[bytes.size()];
    List<Integer> open = new ArrayList<>(IntStream.range(0, bytes.size()).boxed().toList());
    while (!open.isEmpty()) {
      List<Integer> wanted = open.stream().filter(c -> order.appetite(c) > 0).toList();
      assertThat(wanted).as("some channel is wanted").isNotEmpty();
      List<Integer> unknown =
          wanted.stream().filter(c -> c > 0 && order.appetite(c) < ChannelOrder.CHUNK).toList();
      List<Integer> from = unknown.isEmpty() ? wanted : unknown;
      int channel = from.get(random.nextInt(from.size()));
      int left = bytes.get(channel).length - at[channel];
      if (left == 0) {
        open.removeIf(c -> c == channel);
        parsers.get(channel).end(Closing.FILE_ENDED, "end of file");
      } else {
        int most = Math.min(left, order.appetite(channel));
        int length = 1 + random.nextInt(Math.min(most, 1 << random.nextInt(15)));
        parsers.get(channel).feed(ByteBuffer.wrap(bytes.get(channel), at[channel], length));
        at[channel] += length;
      }
    }
    return log;
  }

  private static void assertLossless(EventLog log, List<byte[]> bytes) {
    for (int channel = 0; channel < bytes.size(); channel++) {
      assertThat(log.wire(channel, Direction.PVM_TO_SVM)).isEqualTo(bytes.get(channel));
    }
  }

  /**
   * No channel's events behind its k-th SYNC come before the main channel's k-th sync point, and
   * none up to it behind.
   */
  private static void assertOrdered(EventLog log, Sync sync) {
    int flag = sync == Sync.BY_WORD ? FLUSH : EOS;
    Map<Integer, Integer> syncs = new HashMap<>();
    int passed = 0;
    boolean mainEnded = false;
    for (Event event : log.events()) {
      if (event.getKind() == Kind.RAM_MARK && event.getMark().getFlags() == flag) {
        passed++;
        assertThat(syncs.values()).containsOnly(passed);
      }
      mainEnded |= event.getChannel() == 0 && event.getKind() == Kind.CHANNEL_END;
      if (event.getKind() == Kind.MULTIFD_PACKET) {
        assertThat(syncs.getOrDefault(event.getChannel(), 0)).isEqualTo(passed);
        assertThat(mainEnded).isFalse();
        if (event.getPacket().getSync()) {
          syncs.merge(event.getChannel(), 1, Integer::sum);
        }
      }
    }
    assertThat(passed).isGreaterThan(4);
  }

  private static List<String> lines(EventLog log) {
    return log.events().stream()
        .map(e ->
            e.getChannel()
                + " "
                + e.getStreamOffset()
                + " "
                + e.getKind()
                + " "
                + e.getWire().remaining()
                + " "
                + e.getPage()
                + e.getPacket())
        .toList();
  }
}
