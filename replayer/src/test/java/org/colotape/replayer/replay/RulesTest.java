package org.colotape.replayer.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.colotape.replayer.fixture.EventScript.PAGE;
import static org.colotape.replayer.fixture.Replays.byteAt;
import static org.colotape.replayer.fixture.Replays.finish;
import static org.colotape.replayer.fixture.Replays.reach;

import java.nio.file.Path;
import org.colotape.replayer.fixture.EventScript;
import org.colotape.replayer.memory.ScratchSpace;
import org.colotape.replayer.rules.RuleSet;
import org.colotape.schema.event.ColoMessageType;
import org.colotape.schema.event.PageEncoding;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the secondary does with a page: WIRE-FORMAT, section 7, row by row. */
class RulesTest {
  @TempDir Path scratch;

  private Replay replay(EventScript script, RuleSet rules) {
    ReplaySettings settings = ReplaySettings.of(rules, new ScratchSpace(scratch)).withPvmModel();
    return new Replay(script.source(), settings, ObservationListener.NONE);
  }

  @Test
  void beforeColoStateQemuWritesSvmRamAndCopiesToTheCacheWithoutABit() {
    EventScript script =
        EventScript.withReturnPath().coloMigration("ram", 4 * PAGE, s -> s.raw("ram", PAGE, 7));
    try (Replay replay = replay(script, RuleSet.QEMU)) {
      reach(replay, 0);
      assertThat(byteAt(replay.svm(), "ram", PAGE)).isEqualTo(7);
      assertThat(byteAt(replay.cache(), "ram", PAGE)).isEqualTo(7);
      assertThat(replay.received("ram").stream()).isEmpty();
    }
  }

  @Test
  void beforeColoStateSeed2018WritesSvmRamOnly() {
    EventScript script =
        EventScript.withReturnPath().coloMigration("ram", 4 * PAGE, s -> s.raw("ram", PAGE, 7));
    try (Replay replay = replay(script, RuleSet.SEED_2018)) {
      reach(replay, 0);
      assertThat(byteAt(replay.svm(), "ram", PAGE)).isEqualTo(7);
      assertThat(byteAt(replay.cache(), "ram", PAGE)).isZero();
      assertThat(byteAt(replay.pvm(), "ram", PAGE)).isEqualTo(7);
    }
  }

  @Test
  void inColoStateAPageGoesToTheCacheOnlyAndItsBitIsSet() {
    for (RuleSet rules : RuleSet.all()) {
      EventScript script =
          EventScript.withReturnPath()
              .coloMigration("ram", 4 * PAGE, s -> s.raw("ram", 0, 1))
              .request()
              .pages(s -> s.raw("ram", 0, 2).zero("ram", 2 * PAGE, 2));
      try (Replay replay = replay(script, rules)) {
        reach(replay, 1);
        assertThat(byteAt(replay.svm(), "ram", 0)).isEqualTo(1);
        assertThat(byteAt(replay.cache(), "ram", 0)).isEqualTo(2);
        assertThat(replay.received("ram").stream()).containsExactly(0, 2, 3);
      }
    }
  }

  @Test
  void theFlushCopiesReceivedPagesToSvmRamAndClearsTheirBits() {
    for (RuleSet rules : RuleSet.all()) {
      EventScript script =
          EventScript.withReturnPath()
              .coloMigration("ram", 4 * PAGE, s -> s.raw("ram", 0, 1).raw("ram", PAGE, 1))
              .checkpoint(s -> s.raw("ram", 0, 2));
      try (Replay replay = replay(script, rules)) {
        assertThat(reach(replay, 1).flushed()).isTrue();
        assertThat(byteAt(replay.svm(), "ram", 0)).isEqualTo(2);
        assertThat(byteAt(replay.svm(), "ram", PAGE)).isEqualTo(1);
        assertThat(replay.received("ram").stream()).isEmpty();
      }
    }
  }

  @Test
  void seed2018DivergesFromQemuInTheCacheOnPagesSentBeforeColoAndNotSince() {
    EventScript script =
        EventScript.withReturnPath()
            .coloMigration(
                "ram",
                4 * PAGE,
                s -> s.raw("ram", 0, 1).raw("ram", PAGE, 1).zero("ram", 2 * PAGE, 2))
            .checkpoint(s -> s.raw("ram", 0, 2));
    try (Replay qemu = replay(script, RuleSet.QEMU);
        Replay seed = replay(script, RuleSet.SEED_2018)) {
      finish(qemu);
      finish(seed);
      for (int page = 0; page < 4; page++) {
        assertThat(seed.cache().block("ram").mismatch(page, qemu.cache().block("ram")) >= 0)
            .isEqualTo(page == 1);
      }
      assertThat(seed.svm().block("ram").digest()).isEqualTo(qemu.svm().block("ram").digest());
    }
  }

  @Test
  void withTheReturnPathTheFlushWaitsForReceived() {
    EventScript script =
        EventScript.withReturnPath()
            .coloMigration("ram", PAGE, s -> {})
            .request()
            .pages(s -> s.raw("ram", 0, 2))
            .deviceState();
    try (Replay replay = replay(script, RuleSet.QEMU)) {
      assertThat(reach(replay, 1).flushed()).isFalse();
      assertThat(byteAt(replay.svm(), "ram", 0)).isZero();
    }
    try (Replay replay = replay(script.received(), RuleSet.QEMU)) {
      assertThat(reach(replay, 1).flushed()).isTrue();
      assertThat(byteAt(replay.svm(), "ram", 0)).isEqualTo(2);
    }
  }

  @Test
  void withoutTheReturnPathTheFlushComesAtTheEndOfTheDeviceState() {
    EventScript script =
        EventScript.withoutReturnPath()
            .coloMigration("ram", PAGE, s -> {})
            .request()
            .pages(s -> s.raw("ram", 0, 2));
    try (Replay replay = replay(script, RuleSet.QEMU)) {
      assertThat(reach(replay, 1).flushed()).isFalse();
      assertThat(byteAt(replay.svm(), "ram", 0)).isZero();
    }
    try (Replay replay = replay(script.deviceState(), RuleSet.QEMU)) {
      assertThat(reach(replay, 1).flushed()).isTrue();
      assertThat(byteAt(replay.svm(), "ram", 0)).isEqualTo(2);
    }
  }

  @Test
  void aCheckpointThatWasNeverConfirmedIsNotFlushedByAnAnswerToTheNextOne() {
    EventScript script =
        EventScript.withReturnPath()
            .coloMigration("ram", PAGE, s -> {})
            .request()
            .pages(s -> s.raw("ram", 0, 2))
            .deviceState()
            .request()
            .received();
    try (Replay replay = replay(script, RuleSet.QEMU)) {
      finish(replay);
      assertThat(byteAt(replay.svm(), "ram", 0)).isZero();
    }
  }

  @Test
  void pagesInsideOfTheDeviceStateBlobAreOfTheSameCheckpoint() {
    // QEMU 2.8 to 3.0 sent RAM in the blob, behind VMSTATE_SIZE
    EventScript script =
        EventScript.withReturnPath()
            .coloMigration("ram", PAGE, s -> {})
            .request()
            .pvmSays(ColoMessageType.VMSTATE_SIZE)
            .pages(s -> s.raw("ram", 0, 2))
            .received()
            .seal(true);
    try (Replay replay = replay(script, RuleSet.QEMU)) {
      assertThat(reach(replay, 1).flushed()).isTrue();
      assertThat(byteAt(replay.svm(), "ram", 0)).isEqualTo(2);
    }
  }

  @Test
  void withoutEnableColoThereIsNeitherCacheNorColoState() {
    EventScript script =
        EventScript.withReturnPath()
            .block("ram", PAGE)
            .raw("ram", 0, 3)
            .endOfSections()
            .seal(true)
            .end();
    try (Replay replay = replay(script, RuleSet.QEMU)) {
      reach(replay, 0);
      assertThat(replay.phase()).isEqualTo(Phase.BEFORE_COLO);
      assertThat(replay.cache().blocks()).isEmpty();
      assertThat(byteAt(replay.svm(), "ram", 0)).isEqualTo(3);
    }
  }

  @Test
  void coloStateBeginsBehindTheInitialMigration() {
    EventScript script = EventScript.withReturnPath().enableColo().block("ram", PAGE);
    try (Replay replay = replay(script, RuleSet.QEMU)) {
      reach(replay, 0);
      assertThat(replay.phase()).isEqualTo(Phase.BEFORE_COLO);
    }
    try (Replay replay = replay(script.endOfSections(), RuleSet.QEMU)) {
      reach(replay, 0);
      assertThat(replay.phase()).isEqualTo(Phase.IN_COLO);
    }
  }

  @Test
  void aDeltaInColoStateAppliesToTheCache() {
    byte[] toThree = {10, 1, 3};
    EventScript script =
        EventScript.withReturnPath()
            .coloMigration("ram", PAGE, s -> s.raw("ram", 0, 1))
            .request()
            .pages(s -> s.raw("ram", 0, 2).page("ram", 0, 1, PageEncoding.XBZRLE, toThree));
    try (Replay replay = replay(script, RuleSet.QEMU)) {
      reach(replay, 1);
      assertThat(byteAt(replay.cache(), "ram", 9)).isEqualTo(2);
      assertThat(byteAt(replay.cache(), "ram", 10)).isEqualTo(3);
      assertThat(byteAt(replay.svm(), "ram", 10)).isEqualTo(1);
      assertThat(byteAt(replay.pvm(), "ram", 9)).isEqualTo(2);
    }
  }

  @Test
  void aDeltaAgainstTheEmptyCacheOfSeed2018IsWrongInTheCacheAndRightInTheModelOfThePvm() {
    byte[] toThree = {10, 1, 3};
    EventScript script =
        EventScript.withReturnPath()
            .coloMigration("ram", PAGE, s -> s.raw("ram", 0, 1))
            .checkpoint(s -> s.page("ram", 0, 1, PageEncoding.XBZRLE, toThree));
    try (Replay replay = replay(script, RuleSet.SEED_2018)) {
      reach(replay, 1);
      assertThat(byteAt(replay.cache(), "ram", 9)).isZero();
      assertThat(byteAt(replay.svm(), "ram", 9)).isZero();
      assertThat(byteAt(replay.pvm(), "ram", 9)).isEqualTo(1);
      assertThat(byteAt(replay.pvm(), "ram", 10)).isEqualTo(3);
    }
  }
}
