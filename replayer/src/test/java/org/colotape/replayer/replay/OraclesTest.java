package org.colotape.replayer.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.colotape.replayer.fixture.Replays.bytes;
import static org.colotape.replayer.fixture.Replays.finish;
import static org.colotape.replayer.fixture.Replays.reach;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.colotape.replayer.fixture.EventList;
import org.colotape.replayer.fixture.EventScript;
import org.colotape.replayer.fixture.RandomScript;
import org.colotape.replayer.fixture.Seeds;
import org.colotape.replayer.memory.GuestMemory;
import org.colotape.replayer.memory.RamBlockMemory;
import org.colotape.replayer.memory.ScratchSpace;
import org.colotape.replayer.rules.RuleSet;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.layout.EventPlace;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What must hold (WIRE-FORMAT, section 8), whatever the primary sends. */
class OraclesTest {
  private static final int CHECKPOINTS = 5;

  @TempDir Path scratch;

  static LongStream seeds() {
    return Seeds.some(8);
  }

  private Replay replay(List<Event> events) {
    ReplaySettings settings =
        ReplaySettings.of(RuleSet.QEMU, new ScratchSpace(scratch)).withPvmModel();
    return new Replay(new EventList(events), settings, ObservationListener.NONE);
  }

  private static List<Event> recording(long seed) {
    return new RandomScript(new Random(seed)).recording(CHECKPOINTS).events();
  }

  private static void assertEqual(RamBlockMemory one, RamBlockMemory other) {
    for (int page = 0; page < one.pages(); page++) {
      assertThat(one.mismatch(page, other)).isEqualTo(-1);
      assertThat(one.page(page).mismatch(other.page(page))).isEqualTo(-1);
    }
    assertThat(one.digest()).isEqualTo(other.digest());
  }

  private static List<String> digests(Replay replay) {
    List<String> digests = new ArrayList<>();
    for (RamBlockMemory svm : replay.svm().blocks()) {
      digests.add(svm.name() + " " + svm.digest());
      digests.add(svm.name() + " " + replay.cache().block(svm.name()).digest());
    }
    return digests;
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void i1_beforeColoEveryPageIsEqualInSvmRamAndCache(long seed) {
    try (Replay replay = replay(recording(seed))) {
      reach(replay, 0);
      for (RamBlockMemory svm : replay.svm().blocks()) {
        assertEqual(svm, replay.cache().block(svm.name()));
      }
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void i2_betweenRequestAndFlushTheStreamNeverChangesSvmRam(long seed) {
    List<Event> events = recording(seed);
    try (Replay whole = replay(events)) {
      for (int checkpoint = 1; checkpoint <= CHECKPOINTS; checkpoint++) {
        reach(whole, checkpoint - 1);
        try (Replay cut = replay(upToFlush(events, checkpoint))) {
          CheckpointReached at = reach(cut, checkpoint);
          assertThat(at.flushed()).isFalse();
          for (RamBlockMemory svm : cut.svm().blocks()) {
            assertEqual(svm, whole.svm().block(svm.name()));
          }
        }
      }
    }
  }

  /** Events up to the last one before the flush of a checkpoint. */
  private static List<Event> upToFlush(List<Event> events, int checkpoint) {
    boolean returnPath = events.getFirst().getStart().getReturnPath();
    int end = 0;
    for (Event event : events) {
      if (event.getCheckpoint() == checkpoint && event.getKind() == Kind.END_OF_SECTIONS) {
        // the end of the device state; RECEIVED comes behind it where it is recorded
        end = (int) event.getSeq() + (returnPath ? 1 : 0);
      }
    }
    return events.subList(0, end);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void i3_i4_behindACheckpointPvmCacheAndSvmAgreeAndTheBitmapIsEmpty(long seed) {
    try (Replay replay = replay(recording(seed))) {
      for (CheckpointReached at = replay.next(); at != null; at = replay.next()) {
        for (RamBlockMemory svm : replay.svm().blocks()) {
          assertEqual(svm, replay.cache().block(svm.name()));
          assertEqual(svm, replay.pvm().block(svm.name()));
          assertThat(replay.received(svm.name()).stream()).isEmpty();
        }
      }
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void i5_whereverTheStreamIsCutSvmRamIsThatOfACheckpoint(long seed) {
    List<Event> events = recording(seed);
    List<List<String>> states = new ArrayList<>();
    try (Replay replay = replay(events)) {
      for (CheckpointReached at = replay.next(); at != null; at = replay.next()) {
        states.add(svmDigests(replay));
      }
    }
    Random random = new Random(seed);
    int first = (int) lastSeqOf(events, 0);
    for (int i = 0; i < 10; i++) {
      int cut = first + 1 + random.nextInt(events.size() - first - 1);
      try (Replay replay = replay(events.subList(0, cut))) {
        int flushed = 0;
        for (CheckpointReached at = replay.next(); at != null; at = replay.next()) {
          flushed = at.flushed() ? at.checkpoint() : flushed;
        }
        assertThat(svmDigests(replay)).isEqualTo(states.get(flushed));
      }
    }
  }

  private static List<String> svmDigests(Replay replay) {
    return replay.svm().blocks().stream().map(block -> block.digest().toString()).toList();
  }

  private static long lastSeqOf(List<Event> events, int checkpoint) {
    return events.stream()
        .filter(event -> event.getCheckpoint() == checkpoint)
        .mapToLong(Event::getSeq)
        .max()
        .orElseThrow();
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void i6_i7_aFlushWritesExactlyThePagesThatWereSentZeroPagesIncluded(long seed) {
    try (Replay replay = replay(recording(seed))) {
      reach(replay, 0);
      for (CheckpointReached at = replay.next(); at != null; at = replay.next()) {
        for (RamBlockMemory svm : replay.svm().blocks()) {
          assertThat(svm.written()).isEqualTo(replay.cache().block(svm.name()).written());
          assertThat(svm.written()).isEqualTo(replay.pvm().block(svm.name()).written());
        }
      }
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void i10_replayingTwiceGivesTheSameDigests(long seed) {
    List<Event> events = recording(seed);
    try (Replay one = replay(events);
        Replay other = replay(events)) {
      for (CheckpointReached at = one.next(); at != null; at = one.next()) {
        assertThat(other.next()).isEqualTo(at);
        assertThat(digests(other)).isEqualTo(digests(one));
      }
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void theOrderOfPartitionsBetweenTwoControlEventsDoesNotMatter(long seed) {
    List<Event> events = recording(seed);
    Random random = new Random(seed);
    for (int partitions : new int[] {1, 3, 8}) {
      List<Event> merged = interleaved(events, partitions, random);
      try (Replay one = replay(events);
          Replay other = replay(merged)) {
        for (CheckpointReached at = one.next(); at != null; at = one.next()) {
          assertThat(other.next()).isEqualTo(at);
          assertThat(digests(other)).isEqualTo(digests(one));
        }
      }
    }
  }

  /**
   * The same events with those of one partition in order, but partitions mixed anyhow between two
   * control events.
   */
  private static List<Event> interleaved(List<Event> events, int partitions, Random random) {
    List<Event> merged = new ArrayList<>();
    List<Event> between = new ArrayList<>();
    for (Event event : events) {
      if (EventPlace.pagePartition(event, partitions) == EventPlace.CONTROL) {
        merged.addAll(mixed(between, partitions, random));
        between.clear();
        merged.add(event);
      } else {
        between.add(event);
      }
    }
    List<Event> numbered = new ArrayList<>();
    for (Event event : merged) {
      numbered.add(Event.newBuilder(event).setSeq(numbered.size()).build());
    }
    return numbered;
  }

  private static List<Event> mixed(List<Event> pages, int partitions, Random random) {
    List<List<Event>> queues = new ArrayList<>();
    List<Integer> turns = new ArrayList<>();
    for (int i = 0; i < partitions; i++) {
      queues.add(new ArrayList<>());
    }
    for (Event event : pages) {
      int partition = EventPlace.pagePartition(event, partitions);
      queues.get(partition).add(event);
      turns.add(partition);
    }
    Collections.shuffle(turns, random);
    return turns.stream().map(partition -> queues.get(partition).removeFirst()).toList();
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void everyPageOfEveryMemoryIsWhatThePrimaryHadWhenItSentIt(long seed) {
    RandomScript script = new RandomScript(new Random(seed));
    try (Replay replay = replay(script.recording(CHECKPOINTS).events())) {
      finish(replay);
      for (GuestMemory memory : List.of(replay.svm(), replay.cache(), replay.pvm())) {
        for (RamBlockMemory block : memory.blocks()) {
          for (int page = 0; page < block.pages(); page++) {
            assertThat(bytes(block, page)).isEqualTo(script.contents(block.name(), page));
          }
        }
      }
    }
  }

  /** Makes sure that the scripts above hold what they are meant to hold. */
  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void randomRecordingsHoldEveryEncoding(long seed) {
    EventScript script = new RandomScript(new Random(seed)).recording(CHECKPOINTS);
    assertThat(
            script.events().stream()
                .filter(event -> event.getKind() == Kind.PAGE)
                .map(event -> event.getPage().getEncoding())
                .distinct())
        .hasSize(5);
  }
}
