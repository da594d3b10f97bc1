package org.colotape.replayer.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.colotape.replayer.fixture.EventScript.PAGE;
import static org.colotape.replayer.fixture.Replays.byteAt;
import static org.colotape.replayer.fixture.Replays.finish;
import static org.colotape.replayer.fixture.Replays.reach;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.colotape.replayer.fixture.EventScript;
import org.colotape.replayer.memory.PageWriter;
import org.colotape.replayer.memory.ScratchSpace;
import org.colotape.replayer.rules.RuleSet;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.Memory;
import org.colotape.schema.event.Observation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A replay goes from the end of one checkpoint to the end of the next, and tells what changed in
 * between.
 */
class CheckpointsTest {
  @TempDir Path scratch;

  private ReplaySettings settings() {
    return ReplaySettings.of(RuleSet.QEMU, new ScratchSpace(scratch))
        .withPvmModel()
        .withLastWriters();
  }

  private Replay replay(EventScript script) {
    return new Replay(script.source(), settings(), ObservationListener.NONE);
  }

  private static EventScript threeCheckpoints() {
    return EventScript.withReturnPath()
        .coloMigration("ram", 8 * PAGE, s -> s.raw("ram", 0, 1).zero("ram", PAGE, 2))
        .checkpoint(s -> s.raw("ram", 3 * PAGE, 2))
        .checkpoint(s -> s.raw("ram", 4 * PAGE, 3).zero("ram", 0, 1));
  }

  @Test
  void everySealedCheckpointIsABoundaryAndTheLastIsFollowedByNothing() {
    List<CheckpointReached> boundaries = new ArrayList<>();
    try (Replay replay = replay(threeCheckpoints().end())) {
      for (CheckpointReached at = replay.next(); at != null; at = replay.next()) {
        boundaries.add(at);
      }
      assertThat(replay.next()).isNull();
    }
    assertThat(boundaries).extracting(CheckpointReached::checkpoint).containsExactly(0, 1, 2);
    assertThat(boundaries).extracting(CheckpointReached::complete).containsOnly(true);
    assertThat(boundaries)
        .extracting(CheckpointReached::flushed)
        .containsExactly(false, true, true);
  }

  @Test
  void aCheckpointThatIsNotSealedIsAnIncompleteBoundary() {
    try (Replay replay = replay(threeCheckpoints().request())) {
      assertThat(reach(replay, 3).complete()).isFalse();
      assertThat(replay.next()).isNull();
    }
  }

  @Test
  void aSealTellsWhetherItsCheckpointWasSeenWhole() {
    try (Replay replay = replay(threeCheckpoints().request().seal(false).end())) {
      assertThat(reach(replay, 2).complete()).isTrue();
      assertThat(reach(replay, 3).complete()).isFalse();
      assertThat(replay.next()).isNull();
    }
  }

  @Test
  void aRecordingWithoutPagesHasNoBoundary() {
    try (Replay replay = replay(EventScript.withReturnPath().end())) {
      assertThat(replay.next()).isNull();
    }
  }

  @Test
  void pagesWrittenSinceTheLastBoundaryAreToldForEachMemory() {
    try (Replay replay = replay(threeCheckpoints())) {
      replay.next();
      assertThat(replay.svm().block("ram").written().stream()).containsExactly(0, 1, 2);
      replay.next();
      assertThat(replay.svm().block("ram").written().stream()).containsExactly(3);
      assertThat(replay.cache().block("ram").written().stream()).containsExactly(3);
      assertThat(replay.pvm().block("ram").written().stream()).containsExactly(3);
      replay.next();
      assertThat(replay.svm().block("ram").written().stream()).containsExactly(0, 4);
    }
  }

  @Test
  void advancingOverSeveralCheckpointsTellsWhatWasWrittenInAllOfThem() {
    try (Replay replay = replay(threeCheckpoints())) {
      replay.next();
      reach(replay, 2);
      assertThat(replay.svm().block("ram").written().stream()).containsExactly(0, 3, 4);
      assertThat(replay.advanceTo(3)).isNull();
    }
  }

  @Test
  void theLastWriterOfAPageIsTheEventThatBroughtItsContents() {
    EventScript script = threeCheckpoints();
    List<Event> pages =
        script.events().stream().filter(event -> event.getKind() == Kind.PAGE).toList();
    try (Replay replay = replay(script)) {
      finish(replay);
      for (var memory : List.of(replay.svm(), replay.cache(), replay.pvm())) {
        assertThat(memory.block("ram").lastWriter(2)).isEqualTo(writer(pages.get(1)));
        assertThat(memory.block("ram").lastWriter(3)).isEqualTo(writer(pages.get(2)));
        assertThat(memory.block("ram").lastWriter(0)).isEqualTo(writer(pages.get(4)));
        assertThat(memory.block("ram").lastWriter(7)).isNull();
      }
    }
  }

  @Test
  void theWriterOfAPageThatWasNotFlushedIsTheOldOneInSvmRam() {
    EventScript script = threeCheckpoints().request().pages(s -> s.raw("ram", 3 * PAGE, 9));
    List<Event> pages =
        script.events().stream().filter(event -> event.getKind() == Kind.PAGE).toList();
    try (Replay replay = replay(script)) {
      finish(replay);
      assertThat(replay.svm().block("ram").lastWriter(3)).isEqualTo(writer(pages.get(2)));
      assertThat(replay.cache().block("ram").lastWriter(3)).isEqualTo(writer(pages.getLast()));
    }
  }

  private static PageWriter writer(Event event) {
    return new PageWriter(event.getSeq(), event.getStreamOffset(), event.getCheckpoint());
  }

  @Test
  void observationsAreToldAndChangeNothing() {
    EventScript script =
        EventScript.withReturnPath()
            .coloMigration("ram", 8 * PAGE, s -> s.raw("ram", 0, 1))
            .event(
                Kind.OBSERVATION,
                event ->
                    event.setObservation(
                        new Observation(
                            Memory.PVM, "ram", 0L, PAGE, ByteBuffer.allocate(16), List.of())));
    List<Event> seen = new ArrayList<>();
    try (Replay replay = new Replay(script.source(), settings(), seen::add)) {
      reach(replay, 0);
      assertThat(replay.next()).isNull();
      assertThat(seen).extracting(Event::getKind).containsExactly(Kind.OBSERVATION);
      assertThat(byteAt(replay.svm(), "ram", 0)).isEqualTo(1);
      assertThat(byteAt(replay.pvm(), "ram", 0)).isEqualTo(1);
    }
  }

  @Test
  void theModelOfThePvmIsThereOnlyIfItIsAskedFor() {
    ReplaySettings lean = ReplaySettings.of(RuleSet.QEMU, new ScratchSpace(scratch));
    try (Replay replay = new Replay(threeCheckpoints().source(), lean, ObservationListener.NONE)) {
      finish(replay);
      assertThat(replay.pvm().blocks()).isEmpty();
      assertThat(replay.svm().block("ram").lastWriter(0)).isNull();
      assertThat(byteAt(replay.svm(), "ram", 3L * PAGE)).isEqualTo(2);
    }
  }
}
