package org.colotape.analyzer.captures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.colotape.analyzer.captures.Capture.Image;
import org.colotape.replayer.fixture.EventList;
import org.colotape.replayer.memory.RamBlockMemory;
import org.colotape.replayer.memory.ScratchSpace;
import org.colotape.replayer.replay.CheckpointReached;
import org.colotape.replayer.replay.ObservationListener;
import org.colotape.replayer.replay.Replay;
import org.colotape.replayer.replay.ReplayError;
import org.colotape.replayer.replay.ReplaySettings;
import org.colotape.replayer.rules.RuleSet;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.PageEncoding;
import org.colotape.schema.event.RamBlock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Memory that is rebuilt from a capture is the memory that QEMU had. */
class RebuiltMemoryCapturesTest {
  private static final String RAM = "ram";

  /**
   * Where kvmclock keeps a guest's time, which the host writes by itself whenever a CPU is resumed.
   */
  private static final int KVMCLOCK_PAGE = 0xe8;

  private static final int KVMCLOCK_BEGIN = 0x580;
  private static final int KVMCLOCK_END = 0x5a0;

  private static final ValueLayout.OfInt COUNTER =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  @TempDir Path scratch;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "11.1-precopy-kvm",
        "11.1-precopy-rp",
        "11.1-multifd-zstd",
        "11.1-postcopy-multifd",
        "11.1-mapped-ram-multifd",
        "10.0-precopy-kvm",
        "7.2-precopy-kvm",
        "7.2-precopy-exec",
        "7.2-postcopy",
        "7.2-xbzrle",
        "7.2-compress",
        "7.2-multifd-none",
        "10.0-multifd-zstd",
        "10.0-mapped-ram",
        "10.0-mapped-ram-ignore-shared",
        "10.0-mapped-ram-offset",
        "10.0-mapped-ram-unstated",
        "7.2-alpha",
        "7.2-arm",
        "7.2-huge-postcopy",
        "7.2-ignore-shared-unstated",
        "7.2-ppc64"
      })
  void ramBehindTheMigrationIsThatOfTheStoppedSource(String name) throws IOException {
    Capture capture = Capture.named(name);
    try (Replay replay = replay(capture)) {
      CheckpointReached reached = reach(replay, 0);
      assertThat(reached.complete()).isTrue();
      assertThat(replay.loadError()).isNull();
      assertThat(replay.svm().block(RAM).sha256()).isEqualTo(capture.ramSha256AtEnd());
    }
  }

  /** The source's own RAM differs: QEMU 7.2 under TCG loses dirty pages. */
  @ParameterizedTest
  @ValueSource(strings = {"7.2-aarch64", "7.2-s390x"})
  void ramBehindTheMigrationIsThatOfAQemuWhichLoadedTheStream(String name) throws IOException {
    Capture capture = Capture.named(name);
    try (Replay replay = replay(capture)) {
      reach(replay, 0);
      assertThat(replay.loadError()).isNull();
      assertThat(replay.svm().block(RAM).sha256())
          .isEqualTo(capture.ramSha256OfDestination())
          .isNotEqualTo(capture.ramSha256AtEnd());
    }
  }

  @Test
  void ramOfABackgroundSnapshotIsThatAtTheSnapshotAlthoughTheGuestWentOn() throws IOException {
    Capture capture = Capture.named("7.2-background-snapshot");
    try (Replay replay = replay(capture)) {
      assertThat(reach(replay, 0).complete()).isTrue();
      assertThat(replay.svm().block(RAM).sha256()).isEqualTo(capture.ramSha256AtEnd());
    }
  }

  /**
   * The guest counts its rounds in every eighth page, one after the other: at one moment the pages
   * that it has passed in this round hold one more than those before it.
   */
  @Test
  void aBackgroundSnapshotOfABusyGuestIsItsMemoryAtOneMoment() throws IOException {
    Capture capture = Capture.named("10.0-background-snapshot");
    try (Replay replay = replay(capture)) {
      assertThat(reach(replay, 0).complete()).isTrue();
      RamBlockMemory ram = replay.svm().block(RAM);
      List<Integer> rounds =
          IntStream.range(0x100, 0x1000)
              .filter(page -> page % 8 == 7)
              .mapToObj(page -> ram.page(page).get(COUNTER, 0))
              .toList();

      int before = rounds.getLast();
      assertThat(before).isPositive();
      assertThat(rounds)
          .isSortedAccordingTo(Comparator.reverseOrder())
          .allMatch(round -> round == before || round == before + 1);
    }
  }

  @Test
  void blocksOfHugePagesStateTheirPageSizeAndArriveInPagesOfTheTarget() throws IOException {
    List<Event> events = Capture.named("7.2-huge-postcopy").record();
    List<RamBlock> blocks = only(events, Kind.RAM_BLOCK_LIST).getBlocks().getBlocks();

    assertThat(blocks.stream().filter(block -> block.getPageSize() > 0))
        .extracting(RamBlock::getName, RamBlock::getPageSize)
        .containsExactly(tuple(RAM, 2L << 20));
    assertThat(pagesOf(events, RAM)).hasSize(16 << 20 >> 12);
  }

  /**
   * A shared block stays with its file: the stream lists it and sends none of its pages. All that
   * the stream can prove is every other block.
   */
  @ParameterizedTest
  @CsvSource({
    "7.2-ignore-shared, ram",
    "7.2-ignore-shared-unstated, 0000:00:02.0/low",
    "10.0-mapped-ram-ignore-shared, 0000:00:02.0/low"
  })
  void withIgnoreSharedNoPageOfTheSharedBlockIsInTheStreamAndEveryOtherBlockIs(
      String name, String shared) throws IOException {
    List<Event> events = Capture.named(name).record();
    List<RamBlock> blocks =
        of(events, Kind.RAM_BLOCK_LIST)
            .flatMap(list -> list.getBlocks().getBlocks().stream())
            .toList();

    assertThat(blocks).extracting(RamBlock::getName).contains(shared);
    assertThat(blocks).extracting(RamBlock::getAddress).doesNotContain(-1L);
    for (RamBlock block : blocks) {
      if (block.getName().equals(shared)) {
        assertThat(pagesOf(events, shared)).isEmpty();
      } else if (block.getPagesOffset() < 0) {
        assertThat(pagesOf(events, block.getName()))
            .as("pages of %s", block.getName())
            .hasSize((int) (block.getUsedLength() >> 12));
      }
    }
  }

  /**
   * A background snapshot saves each page once, before the guest may write to it again (QEMU
   * migration/ram.c, ram_write_tracking_start): what is rebuilt is one moment, whatever the order.
   */
  @ParameterizedTest
  @ValueSource(strings = {"10.0-background-snapshot", "7.2-background-snapshot"})
  void aBackgroundSnapshotSendsEveryPageOfEveryBlockOnce(String name) throws IOException {
    List<Event> events = Capture.named(name).record();

    for (RamBlock block : only(events, Kind.RAM_BLOCK_LIST).getBlocks().getBlocks()) {
      assertThat(pagesOf(events, block.getName()))
          .as("pages of %s", block.getName())
          .hasSize((int) (block.getUsedLength() >> 12))
          .doesNotHaveDuplicates();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "11.1-colo-verify-kvm",
        "11.1-colo-verify-multifd",
        "11.1-colo-verify-xbzrle",
        "11.1-colo-nodesc-kvm",
        "11.1-colo-quiet-kvm",
        "11.1-colo-svm-rom-kvm",
        "10.0-colo-verify-kvm",
        "7.2-colo-verify-kvm",
        "7.2-colo-quiet-tcg"
      })
  void cacheAndSvmRamAtACheckpointAreTheRamOfThePvm(String name) throws IOException {
    Capture capture = Capture.named(name);
    List<Image> images = capture.images();
    assertThat(images).isNotEmpty();
    int at = -1;
    try (Replay replay = replay(capture)) {
      for (Image image : images) {
        if (image.checkpoint() != at) {
          at = image.checkpoint();
          assertThat(reach(replay, at).flushed()).isTrue();
        }
        assertThat(image.differingFrom(replay.cache().block(image.block())).stream()).isEmpty();
        assertThat(image.differingFrom(replay.svm().block(image.block())).stream()).isEmpty();
      }
    }
  }

  /**
   * In COLO state a delta applies to the page in the cache: on any other page it would corrupt
   * silently.
   */
  @Test
  void cacheThatIsMadeOfDeltasIsTheRamOfThePvm() throws IOException {
    Capture capture = Capture.kept("7.2-colo-xbzrle-kvm");
    List<Event> events = capture.record();
    assertThat(events.stream().filter(event -> event.getKind() == Kind.PAGE))
        .filteredOn(event -> event.getCheckpoint() > 0)
        .filteredOn(event -> event.getPage().getEncoding() == PageEncoding.XBZRLE)
        .hasSizeGreaterThan(100);
    try (Replay replay =
        new Replay(
            new EventList(events),
            ReplaySettings.of(RuleSet.QEMU, new ScratchSpace(scratch)),
            ObservationListener.NONE)) {
      for (Map.Entry<Integer, String> truth : capture.ramSha256AtCheckpoints().entrySet()) {
        assertThat(reach(replay, truth.getKey()).flushed()).isTrue();
        assertThat(replay.cache().block(RAM).sha256()).isEqualTo(truth.getValue());
        assertThat(replay.svm().block(RAM).sha256()).isEqualTo(truth.getValue());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"7.2-colo-xbzrle", "10.0-colo-xbzrle"})
  void deltasOfAllCheckpointsApplyToTheCache(String name) throws IOException {
    int flushed = 0;
    try (Replay replay = replay(Capture.named(name))) {
      for (CheckpointReached at = replay.next(); at != null; at = replay.next()) {
        flushed += at.flushed() ? 1 : 0;
        if (at.flushed()) {
          assertThat(replay.svm().block(RAM).digest())
              .isEqualTo(replay.cache().block(RAM).digest());
        }
      }
      assertThat(replay.loadError()).isNull();
    }
    assertThat(flushed).isGreaterThan(5);
  }

  @Test
  void cacheOfAGuestWithKvmclockDiffersOnlyInTheTimeThatTheHostWritesOnResuming()
      throws IOException {
    Capture capture = Capture.named("10.0-colo-quiet-kvm");
    List<Image> images = capture.images();
    assertThat(images).hasSize(2);
    try (Replay replay = replay(capture)) {
      for (Image image : images) {
        reach(replay, image.checkpoint());
        RamBlockMemory cache = replay.cache().block(RAM);
        assertThat(image.differingFrom(cache).stream()).containsExactly(KVMCLOCK_PAGE);
        MemorySegment theirs =
            image.bytes().asSlice((long) KVMCLOCK_PAGE * cache.pageSize(), cache.pageSize());
        MemorySegment ours = cache.page(KVMCLOCK_PAGE);
        assertThat(differs(ours, theirs, 0, KVMCLOCK_BEGIN)).isFalse();
        assertThat(differs(ours, theirs, KVMCLOCK_END, cache.pageSize())).isFalse();
      }
    }
  }

  @Test
  void pagesThatQemu72LosesUnderTcgAreExactlyThoseOnWhichTheCacheDiffers() throws IOException {
    Capture capture = Capture.named("7.2-colo-verify");
    List<Image> images = capture.images();
    assertThat(images.stream().map(Image::checkpoint)).containsExactly(3, 4, 5, 6);
    try (Replay replay = replay(capture)) {
      Image before = images.getFirst();
      BitSet lost = new BitSet();
      for (Image image : images) {
        reach(replay, image.checkpoint());
        RamBlockMemory cache = replay.cache().block(RAM);
        BitSet differing = image.differingFrom(cache);
        assertThat(differing.cardinality()).isBetween(131, 132);
        assertThat(differing.nextSetBit(0)).isGreaterThanOrEqualTo(0x201);
        assertThat(differing.length() - 1).isLessThanOrEqualTo(0x2ff);
        if (image.checkpoint() > before.checkpoint()) {
          // what was stale or has changed, and was not sent in this checkpoint
          lost.or(image.differingFrom(before, cache.pageSize()));
          lost.andNot(cache.written());
          // the guest toggles these pages between two contents: one that is lost twice is right
          // again
          BitSet toggled = new BitSet();
          lost.stream().filter(page -> page % 8 == 3).forEach(toggled::set);
          toggled.andNot(differing);
          lost.andNot(toggled);
          assertThat(differing).isEqualTo(lost);
        }
        lost = differing;
        before = image;
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.0-colo-fail-midhold",
        "10.0-colo-fail-svmkill",
        "10.0-colo-oldmachine",
        "10.0-colo-quiet-kvm",
        "10.0-colo-verify-kvm",
        "10.0-colo-xbzrle",
        "7.2-colo-fail-midkill",
        "7.2-colo-fail-pvmkill",
        "7.2-colo-nodesc",
        "7.2-colo-nofooter",
        "7.2-colo-quiet-tcg",
        "7.2-colo-verify",
        "7.2-colo-verify-kvm",
        "7.2-colo-xbzrle"
      })
  void pvmCacheAndSvmAgreeBehindEveryWholeCheckpoint(String name) throws IOException {
    Capture capture = Capture.named(name);
    int checkpoints = 0;
    try (Replay replay = replay(capture)) {
      for (CheckpointReached at = replay.next(); at != null; at = replay.next()) {
        assertThat(replay.loadError()).isNull();
        if (!at.complete()) {
          continue;
        }
        checkpoints++;
        for (RamBlockMemory svm : replay.svm().blocks()) {
          assertThat(replay.received(svm.name()).stream()).isEmpty();
          assertThat(replay.cache().block(svm.name()).digest()).isEqualTo(svm.digest());
          assertThat(replay.pvm().block(svm.name()).digest()).isEqualTo(svm.digest());
        }
      }
    }
    assertThat(checkpoints).isGreaterThan(3);
  }

  @Test
  void nothingOfACheckpointThatIsCutReachesSvmRam() throws IOException {
    Capture capture = Capture.named("7.2-colo-fail-midkill");
    try (Replay replay = replay(capture)) {
      reach(replay, 3);
      String before = replay.svm().block(RAM).sha256();
      CheckpointReached cut = reach(replay, 4);
      assertThat(cut.complete()).isFalse();
      assertThat(cut.flushed()).isFalse();
      assertThat(replay.received(RAM).stream()).isNotEmpty();
      assertThat(replay.cache().block(RAM).sha256()).isNotEqualTo(before);
      assertThat(replay.svm().block(RAM).sha256()).isEqualTo(before);
    }
  }

  @Test
  void ramBehindAMigrationWithZlibOnTwoChannelsIsThatOfTheStoppedSource() throws IOException {
    Capture capture = Capture.kept("7.2-multifd-zlib");
    for (List<Event> events : List.of(capture.record(), capture.recordReversed())) {
      try (Replay replay = replay(events)) {
        assertThat(reach(replay, 0).complete()).isTrue();
        assertThat(replay.loadError()).isNull();
        assertThat(replay.svm().block(RAM).sha256()).isEqualTo(capture.ramSha256AtEnd());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0-colo-multifd", "7.2-colo-multifd"})
  void multifdInColoIsInStepBehindEveryCheckpointThatTheSecondaryReceived(String name)
      throws IOException {
    List<Event> events = Capture.named(name).record();
    int flushed = 0;
    try (Replay replay = replay(events)) {
      for (CheckpointReached at = replay.next(); at != null; at = replay.next()) {
        assertThat(replay.loadError()).isNull();
        assertThat(at.complete()).isTrue();
        flushed += at.flushed() ? 1 : 0;
        if (at.flushed()) {
          for (RamBlockMemory svm : replay.svm().blocks()) {
            assertThat(replay.cache().block(svm.name()).digest()).isEqualTo(svm.digest());
            assertThat(replay.pvm().block(svm.name()).digest()).isEqualTo(svm.digest());
          }
        }
      }
    }
    assertThat(flushed).isGreaterThan(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0-colo-multifd", "7.2-multifd-none"})
  void memoryDoesNotDependOnTheOrderInWhichChannelsAreGiven(String name) throws IOException {
    Capture capture = Capture.named(name);
    List<Event> events = capture.record();
    List<Event> others = capture.recordReversed();

    assertThat(others).isEqualTo(events);
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0-colo-multifd", "10.0-multifd-zstd"})
  void aMainChannelWhosePagesAreOnOthersIsNotTakenForTheWholeMigration(String name)
      throws IOException {
    Capture capture = Capture.named(name);
    try (Replay replay = replay(capture.recordMainChannel())) {
      reach(replay, 0);
      ReplayError error = Objects.requireNonNull(replay.loadError());
      assertThat(error.reason()).isEqualTo(ReplayError.Reason.MISSING_CHANNEL);
      assertThat(error.detail()).contains("multifd");
    }
  }

  private static Stream<Event> of(List<Event> events, Kind kind) {
    return events.stream().filter(event -> event.getKind() == kind);
  }

  private static Event only(List<Event> events, Kind kind) {
    assertThat(of(events, kind)).hasSize(1);
    return of(events, kind).findFirst().orElseThrow();
  }

  /** Offsets of all pages of the block that were sent, once each time. */
  private static List<Long> pagesOf(List<Event> events, String block) {
    return of(events, Kind.PAGE)
        .map(Event::getPage)
        .filter(page -> page.getBlock().equals(block))
        .flatMap(page ->
            LongStream.range(0, page.getPages())
                .mapToObj(i -> page.getOffset() + i * page.getPageSize()))
        .toList();
  }

  private Replay replay(Capture capture) {
    return replay(capture.record());
  }

  private Replay replay(List<Event> events) {
    return new Replay(
        new EventList(events),
        ReplaySettings.of(RuleSet.QEMU, new ScratchSpace(scratch)).withPvmModel(),
        ObservationListener.NONE);
  }

  /**
   * Goes to that checkpoint by way of the one before, so that {@code written} covers this one only.
   */
  private static CheckpointReached reach(Replay replay, int checkpoint) {
    CheckpointReached reached = Objects.requireNonNull(replay.next());
    while (reached.checkpoint() < checkpoint) {
      reached = Objects.requireNonNull(replay.next());
    }
    assertThat(reached.checkpoint()).isEqualTo(checkpoint);
    return reached;
  }

  private static boolean differs(MemorySegment a, MemorySegment b, long from, long to) {
    return MemorySegment.mismatch(a, from, to, b, from, to) >= 0;
  }
}
