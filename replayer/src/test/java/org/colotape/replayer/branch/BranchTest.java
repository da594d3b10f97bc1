package org.colotape.replayer.branch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.colotape.replayer.fixture.EventScript.PAGE;
import static org.colotape.replayer.fixture.Replays.byteAt;
import static org.colotape.replayer.fixture.Replays.finish;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.colotape.replayer.fixture.EventScript;
import org.colotape.replayer.fixture.ListRecording;
import org.colotape.replayer.fixture.Pages;
import org.colotape.replayer.fixture.RandomScript;
import org.colotape.replayer.fixture.Seeds;
import org.colotape.replayer.memory.RamBlockMemory;
import org.colotape.replayer.memory.ScratchSpace;
import org.colotape.replayer.replay.ObservationListener;
import org.colotape.replayer.replay.Replay;
import org.colotape.replayer.replay.ReplaySettings;
import org.colotape.replayer.rules.RuleSet;
import org.colotape.replayer.timeline.Fork;
import org.colotape.replayer.timeline.SnapshotCache;
import org.colotape.replayer.timeline.Timeline;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.event.ColoMessageType;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.log.EventSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What would have become of a recording if something in it had been different. */
class BranchTest {
  @TempDir Path scratch;

  private static LongStream seeds() {
    return Seeds.some(4);
  }

  /** Three checkpoints; the pages of 1 to 3 are filled with their number. */
  private static ListRecording threeCheckpoints() {
    EventScript script =
        EventScript.withReturnPath()
            .coloMigration("ram", 8 * PAGE, s -> s.raw("ram", 0, 9).zero("ram", 4 * PAGE, 3));
    for (int i = 1; i <= 3; i++) {
      int fill = i;
      script.checkpoint(s -> s.raw("ram", 0, fill).raw("ram", (long) fill * PAGE, fill));
    }
    return new ListRecording("three", script.end().events());
  }

  private static long seqOf(ListRecording recording, int checkpoint, Kind kind) {
    return recording.events().stream()
        .filter(event -> event.getCheckpoint() == checkpoint && event.getKind() == kind)
        .mapToLong(Event::getSeq)
        .findFirst()
        .orElseThrow();
  }

  private static long seqOf(ListRecording recording, int checkpoint, ColoMessageType type) {
    return recording.events().stream()
        .filter(event -> event.getCheckpoint() == checkpoint)
        .filter(event -> event.getKind() == Kind.COLO_MESSAGE)
        .filter(event -> event.getMessage().getType() == type)
        .mapToLong(Event::getSeq)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aPageThatIsDroppedIsAsItWasBefore() {
    ListRecording recording = threeCheckpoints();
    long page = seqOf(recording, 2, Kind.PAGE);
    try (Fork fork = fork(recording, Branch.behind(page - 1).drop(page))) {
      fork.replay().next();
      assertThat(byteAt(fork.replay().svm(), "ram", 0)).isEqualTo(1);
      assertThat(byteAt(fork.replay().svm(), "ram", 2 * PAGE)).isEqualTo(2);
      fork.replay().next();
      assertThat(byteAt(fork.replay().svm(), "ram", 0)).isEqualTo(3);
      assertThat(fork.replay().next()).isNull();
    }
  }

  @Test
  void aPageThatIsChangedHoldsTheOtherBytes() {
    ListRecording recording = threeCheckpoints();
    long page = seqOf(recording, 3, Kind.PAGE);
    try (Fork fork = fork(recording, Branch.behind(5).page(page, Pages.filled(77)))) {
      finish(fork.replay());
      assertThat(byteAt(fork.replay().cache(), "ram", 0)).isEqualTo(77);
      assertThat(byteAt(fork.replay().svm(), "ram", 0)).isEqualTo(77);
      assertThat(fork.replay().svm().block("ram").lastWriter(0))
          .satisfies(writer -> assertThat(writer).extracting("seq").isEqualTo(page));
    }
  }

  @Test
  void aPageThatIsAddedIsReceivedAndFlushed() {
    ListRecording recording = threeCheckpoints();
    long page = seqOf(recording, 1, Kind.PAGE);
    Branch branch =
        Branch.behind(page)
            .addPage(page, "ram", 7 * PAGE, Pages.filled(5))
            .addPage(page, "ram", 7 * PAGE, Pages.filled(6));
    try (Fork fork = fork(recording, branch)) {
      fork.replay().next();
      assertThat(byteAt(fork.replay().svm(), "ram", 7 * PAGE)).isEqualTo(6);
      assertThat(branch.renumbers()).isTrue();
    }
  }

  @Test
  void withoutTheSecondarysAnswerNothingOfTheCheckpointBecomesVisible() {
    ListRecording recording = threeCheckpoints();
    long received = seqOf(recording, 2, ColoMessageType.VMSTATE_RECEIVED);
    for (Branch branch :
        List.of(
            Branch.behind(received - 1).drop(received),
            Branch.behind(0).message(received, ColoMessageType.VMSTATE_LOADED))) {
      try (Fork fork = fork(recording, branch)) {
        assertThat(fork.replay().advanceTo(2)).extracting("flushed").isEqualTo(false);
        assertThat(byteAt(fork.replay().svm(), "ram", 0)).isEqualTo(1);
        assertThat(byteAt(fork.replay().cache(), "ram", 0)).isEqualTo(2);
      }
    }
  }

  @Test
  void aMessageThatIsAddedIsHeard() {
    ListRecording recording = threeCheckpoints();
    long received = seqOf(recording, 2, ColoMessageType.VMSTATE_RECEIVED);
    Branch branch =
        Branch.behind(0).drop(received).addMessage(received, ColoMessageType.VMSTATE_RECEIVED);
    try (Fork fork = fork(recording, branch)) {
      assertThat(fork.replay().advanceTo(2)).extracting("flushed").isEqualTo(true);
    }
  }

  @Test
  void otherRulesHoldFromTheBranchOn() {
    EventScript script =
        EventScript.withReturnPath()
            .enableColo()
            .block("ram", 8 * PAGE)
            .raw("ram", 0, 1)
            .raw("ram", PAGE, 2)
            .endOfSections()
            .seal(true)
            .end();
    ListRecording recording = new ListRecording("initial", script.events());
    try (Fork fork = fork(recording, Branch.behind(3).withRules(RuleSet.SEED_2018))) {
      finish(fork.replay());
      assertThat(byteAt(fork.replay().cache(), "ram", 0)).isEqualTo(1);
      assertThat(byteAt(fork.replay().cache(), "ram", PAGE)).isEqualTo(0);
      assertThat(byteAt(fork.replay().svm(), "ram", PAGE)).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void aBranchInWhichNothingIsDifferentIsTheRecording(long seed) {
    Random random = new Random(seed);
    ListRecording recording =
        new ListRecording("random", new RandomScript(random).recording(4).events());
    long at = random.nextInt(recording.events().size()) - 1L;
    try (Fork fork = fork(recording, Branch.behind(at));
        EventSource plain = recording.openFrom(0);
        Replay replay = new Replay(plain, settings(), ObservationListener.NONE)) {
      finish(fork.replay());
      finish(replay);
      assertThat(digests(fork.replay())).as("branched off at %d", at).isEqualTo(digests(replay));
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void aBranchIsWhatARecordingWithThoseEventsWouldBe(long seed) {
    Random random = new Random(seed);
    ListRecording recording =
        new ListRecording("random", new RandomScript(random).recording(4).events());
    Branch branch = Branch.behind(random.nextInt(60));
    for (Event event : recording.events()) {
      if (event.getSeq() > branch.at() && event.getKind() == Kind.PAGE) {
        branch =
            switch (random.nextInt(12)) {
              case 0 -> branch.drop(event.getSeq());
              case 1 -> branch.addPage(event.getSeq(), "pc.ram", 0, Pages.noise(random));
              default -> branch;
            };
      }
    }
    List<Event> edited = new ArrayList<>(recording.events().subList(0, (int) branch.at() + 1));
    try (EventSource source = BranchSource.open(recording, branch)) {
      source.forEach(edited::add);
    }
    assertThat(edited)
        .extracting(Event::getSeq)
        .isEqualTo(LongStream.range(0, edited.size()).boxed().toList());
    List<Event> untouched = new RandomScript(new Random(seed)).recording(4).events();
    assertThat(recording.events()).isEqualTo(untouched);

    try (Fork fork = fork(recording, branch);
        EventSource plain = new ListRecording("edited", edited).openFrom(0);
        Replay replay = new Replay(plain, settings(), ObservationListener.NONE)) {
      finish(fork.replay());
      finish(replay);
      assertThat(digests(fork.replay())).isEqualTo(digests(replay));
    }
  }

  @Test
  void theTimelineStaysWhatItWas() {
    ListRecording recording = threeCheckpoints();
    long page = seqOf(recording, 2, Kind.PAGE);
    try (Timeline timeline = timeline(recording)) {
      timeline.toCheckpoint(3);
      String before = digests(timeline);
      try (Fork fork = timeline.fork(Branch.behind(page - 1).drop(page + 1))) {
        finish(fork.replay());
      }
      timeline.toCheckpoint(3);
      assertThat(digests(timeline)).isEqualTo(before);
    }
    assertThat(recording.open()).isZero();
  }

  @Test
  void whatCannotBeChangedIsSaid() {
    ListRecording recording = threeCheckpoints();
    long page = seqOf(recording, 1, Kind.PAGE);
    long message = seqOf(recording, 1, ColoMessageType.CHECKPOINT_REQUEST);
    long run = seqOf(recording, 0, Kind.PAGE) + 1;
    assertThatThrownBy(() -> Branch.behind(page).drop(page))
        .isInstanceOf(ColotapeException.class)
        .hasMessageStartingWith("event " + page + " is before the branch");
    refuses(recording, Branch.behind(0).page(message, Pages.filled(1)), "is no page");
    refuses(recording, Branch.behind(0).page(run, Pages.filled(1)), "a run of 3 zero pages");
    refuses(recording, Branch.behind(0).page(page, new byte[10]), "a page of 4096 bytes, not 10");
    refuses(
        recording,
        Branch.behind(0).message(page, ColoMessageType.CHECKPOINT_READY),
        "is no COLO message");
    refuses(recording, Branch.behind(0).drop(9999), "recording has no event 9999");
    assertThat(recording.open()).isZero();
  }

  private void refuses(ListRecording recording, Branch branch, String message) {
    assertThatThrownBy(
            () -> {
              try (Fork fork = fork(recording, branch)) {
                finish(fork.replay());
              }
            })
        .isInstanceOf(ColotapeException.class)
        .hasMessageContaining(message);
  }

  private ReplaySettings settings() {
    return ReplaySettings.of(RuleSet.QEMU, new ScratchSpace(scratch))
        .withPvmModel()
        .withLastWriters();
  }

  private Timeline timeline(ListRecording recording) {
    return new Timeline(recording, settings(), SnapshotCache.none());
  }

  private Fork fork(ListRecording recording, Branch branch) {
    try (Timeline timeline = timeline(recording)) {
      return timeline.fork(branch);
    }
  }

  private static String digests(Timeline timeline) {
    return timeline.svm().blocks().stream().map(RamBlockMemory::digest).toList()
        + " "
        + timeline.cache().blocks().stream().map(RamBlockMemory::digest).toList();
  }

  private static List<String> digests(Replay replay) {
    List<String> digests = new ArrayList<>();
    for (var memory : List.of(replay.svm(), replay.cache(), replay.pvm())) {
      memory.blocks().forEach(block -> digests.add(block.name() + block.digest()));
    }
    return digests;
  }
}
