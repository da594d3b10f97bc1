package org.colotape.replayer.timeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.colotape.replayer.fixture.EventScript.PAGE;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.colotape.replayer.fixture.EventScript;
import org.colotape.replayer.fixture.ListRecording;
import org.colotape.replayer.fixture.PackedStream;
import org.colotape.replayer.fixture.RandomScript;
import org.colotape.replayer.fixture.Seeds;
import org.colotape.replayer.memory.ScratchSpace;
import org.colotape.replayer.replay.CheckpointReached;
import org.colotape.replayer.replay.ObservationListener;
import org.colotape.replayer.replay.Replay;
import org.colotape.replayer.replay.ReplaySettings;
import org.colotape.replayer.rules.RuleSet;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.event.Direction;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.MultifdMethod;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Wherever a timeline goes and whatever way, it finds what a replay from the start finds there. */
class TimelineTest {
  private static final int CHECKPOINTS = 10;

  @TempDir Path scratch;
  @TempDir Path folder;

  private static LongStream seeds() {
    return Seeds.some(4);
  }

  private ReplaySettings settings() {
    return ReplaySettings.of(RuleSet.QEMU, new ScratchSpace(scratch))
        .withPvmModel()
        .withLastWriters();
  }

  private SnapshotCache dense() {
    return SnapshotCache.in(folder).withSpacing(1);
  }

  private Timeline timeline(ListRecording recording) {
    return new Timeline(recording, settings(), dense());
  }

  private static ListRecording random(long seed) {
    return new ListRecording(
        "random-" + seed, new RandomScript(new Random(seed)).recording(CHECKPOINTS).events());
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void whereverItJumpsTheStateIsThatOfAReplayFromTheStart(long seed) {
    Random random = new Random(seed);
    ListRecording recording = random(seed);
    ReplaySettings base = ReplaySettings.of(RuleSet.all().get(random.nextInt(2)), space());
    ReplaySettings settings = random.nextBoolean() ? base.withPvmModel() : base;
    settings = random.nextBoolean() ? settings.withLastWriters() : settings;
    List<State> states = State.all(recording, settings);

    for (int again = 0; again < 2; again++) {
      try (Timeline timeline = new Timeline(recording, settings, dense())) {
        for (int jump = 0; jump < 25; jump++) {
          int seq = random.nextInt(states.size()) - 1;
          assertThat(timeline.toEvent(seq).seq()).isEqualTo(seq);
          assertThat(State.of(timeline)).as("event %d", seq).isEqualTo(states.get(seq + 1));
        }
      }
    }
    assertThat(snapshots()).hasSizeGreaterThan(2);
    assertThat(recording.open()).isZero();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void whateverCheckpointItGoesToTheStateIsThatOfAReplayFromTheStart(long seed) {
    ListRecording recording = random(seed);
    List<State> states = State.all(recording, settings());
    Map<Integer, CheckpointReached> ends = plainEnds(recording);
    Random random = new Random(seed);

    try (Timeline timeline = timeline(recording)) {
      for (int jump = 0; jump < 25; jump++) {
        int checkpoint = random.nextInt(CHECKPOINTS + 1);
        Position position = timeline.toCheckpoint(checkpoint);
        assertThat(position.reached()).isEqualTo(ends.get(checkpoint));
        assertThat(State.of(timeline)).isEqualTo(states.get((int) position.seq() + 1));
        if (random.nextBoolean()) {
          Position next = timeline.nextCheckpoint();
          assertThat(next == null ? null : next.reached()).isEqualTo(ends.get(checkpoint + 1));
        }
      }
    }
  }

  @Test
  void aJumpCostsWhatTheNearestSnapshotIsAwayAndNotWhatComesBefore() {
    ListRecording recording = random(1);
    SnapshotCache cache = dense();
    try (Timeline timeline = new Timeline(recording, settings(), cache)) {
      timeline.toEvent(recording.events().size() - 1);
    }
    long spacing = snapshots().stream().mapToLong(Snapshot::bytes).max().orElseThrow() / PAGE;
    long section = 70; // events of a RAM section, within which there is no snapshot
    assertThat(3 * (spacing + section)).isLessThan(recording.events().size());

    for (int seq = recording.events().size() - 1; seq > 0; seq -= 50) {
      long before = recording.read();
      try (Timeline timeline = new Timeline(recording, settings(), cache)) {
        timeline.toEvent(seq);
      }
      assertThat(recording.read() - before)
          .as("event %d", seq)
          .isLessThanOrEqualTo(2 * spacing + section);
    }
  }

  @Test
  void goingOnCostsTheWayInBetween() {
    ListRecording recording = random(2);
    try (Timeline timeline = new Timeline(recording, settings(), SnapshotCache.none())) {
      timeline.toEvent(400);
      long before = timeline.replayed();
      timeline.toEvent(410);
      assertThat(timeline.replayed() - before).isEqualTo(10);
      timeline.toEvent(400);
      assertThat(timeline.replayed() - before).isEqualTo(10 + 401);
    }
    assertThat(folder).isEmptyDirectory();
  }

  @ParameterizedTest
  @ValueSource(strings = {"flip", "cut", "lengthen", "swap"})
  void aDamagedSnapshotIsIgnoredAndMadeAgain(String damage) throws IOException {
    ListRecording recording = random(3);
    List<State> states = State.all(recording, settings());
    int last = recording.events().size() - 1;
    try (Timeline timeline = timeline(recording)) {
      timeline.toEvent(last);
    }
    List<Snapshot> made = snapshots();

    for (int i = 0; i < made.size(); i++) {
      Path file = made.get(i).file();
      byte[] bytes = Files.readAllBytes(file);
      switch (damage) {
        case "flip" -> bytes[(i + 1) * bytes.length / (made.size() + 1)] ^= 0x10;
        case "cut" -> bytes = Arrays.copyOf(bytes, bytes.length - 1 - i);
        case "lengthen" -> bytes = Arrays.copyOf(bytes, bytes.length + 20);
        default -> bytes = Files.readAllBytes(made.get((i + 1) % made.size()).file());
      }
      Files.write(file, bytes);
    }

    try (Timeline timeline = timeline(recording)) {
      for (int seq = last; seq > 0; seq -= 97) {
        timeline.toEvent(seq);
        assertThat(State.of(timeline)).as("event %d", seq).isEqualTo(states.get(seq + 1));
      }
    }
    List<Snapshot> again = snapshots();
    assertThat(again).hasSizeGreaterThan(2);
    for (Snapshot snapshot : again) {
      try (Timeline timeline = timeline(recording)) {
        timeline.toEvent(snapshot.seq());
        assertThat(timeline.replayed()).as("what %s saves", snapshot).isZero();
      }
    }
  }

  @Test
  void snapshotsCanBeDeletedAtAnyTime() throws IOException {
    ListRecording recording = random(4);
    List<State> states = State.all(recording, settings());
    try (Timeline timeline = timeline(recording)) {
      timeline.toEvent(states.size() - 2);
      for (Snapshot snapshot : snapshots()) {
        Files.delete(snapshot.file());
      }
      timeline.toEvent(300);
      assertThat(State.of(timeline)).isEqualTo(states.get(301));
    }
  }

  @Test
  void aSnapshotOfOtherEventsWithTheSameIdentityIsNotTaken() {
    ListRecording first = random(5);
    List<Event> edited =
        new ArrayList<>(new RandomScript(new Random(6)).recording(CHECKPOINTS).events());
    ListRecording other = new ListRecording(first.identity(), edited);
    try (Timeline timeline = timeline(first)) {
      timeline.toEvent(first.events().size() - 1);
    }
    List<State> states = State.all(other, settings());
    try (Timeline timeline = timeline(other)) {
      timeline.toEvent(states.size() - 2);
      timeline.toEvent(400);
      assertThat(State.of(timeline)).isEqualTo(states.get(401));
    }
  }

  @Test
  void otherRulesAndOtherSettingsHaveSnapshotsOfTheirOwn() {
    ListRecording recording = random(7);
    ReplaySettings seed = ReplaySettings.of(RuleSet.SEED_2018, space());
    List<State> states = State.all(recording, seed);
    try (Timeline timeline = timeline(recording)) {
      timeline.toEvent(600);
    }
    try (Timeline timeline = new Timeline(recording, seed, dense())) {
      timeline.toEvent(600);
      timeline.toEvent(550);
      assertThat(State.of(timeline)).isEqualTo(states.get(551));
    }
  }

  @Test
  void numberAndSizeOfSnapshotsAreBounded() {
    ListRecording recording = random(8);
    try (Timeline timeline = new Timeline(recording, settings(), dense().withLimits(3, 1L << 30))) {
      timeline.toEvent(recording.events().size() - 1);
    }
    assertThat(snapshots()).hasSizeBetween(1, 3);

    long size = 3 * snapshots().getLast().bytes();
    for (long seed = 9; seed < 12; seed++) {
      ListRecording another = random(seed);
      SnapshotCache small = dense().withLimits(64, size);
      try (Timeline timeline = new Timeline(another, settings(), small)) {
        timeline.toEvent(another.events().size() - 1);
      }
      assertThat(snapshots().stream().mapToLong(Snapshot::bytes).sum()).isBetween(1L, size);
    }
  }

  @Test
  void withoutRoomForSnapshotsItGoesAnywhereAllTheSame() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "not a folder");
    ListRecording recording = random(9);
    List<State> states = State.all(recording, settings());
    try (Timeline timeline =
        new Timeline(recording, settings(), SnapshotCache.in(file).withSpacing(1))) {
      timeline.toEvent(600);
      timeline.toEvent(350);
      assertThat(State.of(timeline)).isEqualTo(states.get(351));
    }
  }

  /** What a decompressor knows of a stream is in no snapshot. */
  @ParameterizedTest
  @EnumSource(names = {"ZLIB", "ZSTD"})
  void whileACompressedChannelGoesOnNoSnapshotIsTakenAndEveryPlaceIsFoundAllTheSame(
      MultifdMethod method) {
    PackedStream stream = new PackedStream(method);
    EventScript script = EventScript.withReturnPath().enableColo().block("ram", 512 * PAGE);
    script.channel(1, 0);
    for (int i = 0; i < 40; i++) {
      script.packed(1, method, stream.filled(i, i + 1), "ram", i * (long) PAGE, 500L * PAGE);
    }
    int end = script.events().size();
    script.event(Kind.CHANNEL_END, event -> event.setChannel(1)).endOfSections().seal(true);
    for (int i = 0; i < 40; i++) {
      script.checkpoint(s -> s.raw("ram", 2 * PAGE, 1));
    }
    ListRecording recording = new ListRecording("multifd", script.end().events());
    List<State> states = State.all(recording, settings());
    assertThat(states.getLast().loadError()).isNull();

    try (Timeline timeline = timeline(recording)) {
      for (int seq = states.size() - 2; seq >= 0; seq -= 7) {
        timeline.toEvent(seq);
        assertThat(State.of(timeline)).as("event %d", seq).isEqualTo(states.get(seq + 1));
      }
    }
    assertThat(snapshots()).isNotEmpty().noneMatch(at -> at.seq() > 5 && at.seq() < end);
  }

  @Test
  void aLoadThatEndedStaysEndedInWhateverIsBehindIt() {
    EventScript script =
        EventScript.withReturnPath().coloMigration("ram", 64 * PAGE, s -> s.raw("ram", 0, 1));
    script.opaque(Direction.PVM_TO_SVM, "no such type");
    for (int i = 0; i < 10; i++) {
      script.checkpoint(s -> s.raw("ram", PAGE, 1));
    }
    ListRecording recording = new ListRecording("opaque", script.events());
    List<State> states = State.all(recording, settings());
    try (Timeline timeline = timeline(recording)) {
      for (int seq = states.size() - 2; seq >= 0; seq -= 9) {
        timeline.toEvent(seq);
        assertThat(State.of(timeline)).isEqualTo(states.get(seq + 1));
      }
      assertThat(snapshots()).isNotEmpty();
    }
  }

  @Test
  void aCheckpointWithoutASealEndsWhereTheRecordingEnds() {
    EventScript script =
        EventScript.withReturnPath()
            .coloMigration("ram", 8 * PAGE, s -> s.raw("ram", 0, 1))
            .request()
            .pages(s -> s.raw("ram", 0, 2));
    try (Timeline timeline = timeline(new ListRecording("cut", script.events()))) {
      int last = script.events().size() - 1;
      CheckpointReached end = new CheckpointReached(1, false, false, last);
      assertThat(timeline.toCheckpoint(1).reached()).isEqualTo(end);
      assertThat(timeline.nextCheckpoint()).isNull();
      timeline.toCheckpoint(0);
      assertThat(timeline.nextCheckpoint()).isEqualTo(new Position(last, 1, end));
      assertThat(timeline.nextCheckpoint()).isNull();
    }
  }

  @Test
  void whatIsNotThereIsSaidAndTheTimelineCanGoElsewhere() {
    ListRecording recording = random(10);
    int last = recording.events().size() - 1;
    try (Timeline timeline = timeline(recording)) {
      assertThatThrownBy(() -> timeline.toEvent(last + 1L))
          .isInstanceOf(ColotapeException.class)
          .hasMessage("recording has no event %d (script): choose one of 0 to %d", last + 1, last);
      assertThatThrownBy(() -> timeline.toCheckpoint(CHECKPOINTS + 1))
          .isInstanceOf(ColotapeException.class)
          .hasMessage("recording has no checkpoint 11 (script): choose one of 0 to 10");
      assertThatThrownBy(() -> timeline.toEvent(-2)).isInstanceOf(ColotapeException.class);
      assertThat(timeline.toCheckpoint(3).reached()).isNotNull();
    }
  }

  @Test
  void itsMemoriesCannotBeWritten() {
    try (Timeline timeline = timeline(random(11))) {
      for (int i = 0; i < 2; i++) {
        timeline.toCheckpoint(3);
        assertThatThrownBy(() -> timeline.svm().block("pc.ram").fill(0, (byte) 1))
            .isInstanceOf(IllegalStateException.class)
            .hasMessage("rebuilt memory is for reading only");
        assertThatThrownBy(() -> timeline.cache().block("pc.ram").zero(0, 1))
            .isInstanceOf(IllegalStateException.class);
        timeline.toCheckpoint(9);
      }
    }
  }

  private ScratchSpace space() {
    return new ScratchSpace(scratch);
  }

  private Map<Integer, CheckpointReached> plainEnds(ListRecording recording) {
    Map<Integer, CheckpointReached> ends = new HashMap<>();
    try (var source = recording.openFrom(0);
        Replay replay = new Replay(source, settings(), ObservationListener.NONE)) {
      for (CheckpointReached at = replay.next(); at != null; at = replay.next()) {
        ends.put(at.checkpoint(), at);
      }
    }
    return ends;
  }

  /** The snapshots of all recordings, by event. */
  private List<Snapshot> snapshots() {
    try (Stream<Path> files = Files.walk(folder)) {
      List<Snapshot> snapshots = new ArrayList<>();
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Snapshot snapshot = Snapshot.of(file, Files.size(file));
        if (snapshot != null) {
          snapshots.add(snapshot);
        }
      }
      snapshots.sort(Comparator.comparingLong(Snapshot::seq));
      return snapshots;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
