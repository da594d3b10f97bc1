package org.colotape.replayer.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.colotape.replayer.fixture.EventScript.PAGE;
import static org.colotape.replayer.fixture.Replays.byteAt;
import static org.colotape.replayer.fixture.Replays.finish;
import static org.colotape.replayer.fixture.Replays.reach;

import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Consumer;
import org.colotape.replayer.fixture.EventScript;
import org.colotape.replayer.fixture.Pages;
import org.colotape.replayer.memory.ScratchSpace;
import org.colotape.replayer.replay.ReplayError.Reason;
import org.colotape.replayer.rules.RuleSet;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.event.Direction;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.Page;
import org.colotape.schema.event.PageEncoding;
import org.colotape.schema.event.RamBlock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Errors that end the secondary's load: they keep the meaning that they have in QEMU, and tell
 * their place.
 */
class LoadErrorsTest {
  private static final long LENGTH = 4L * PAGE;

  @TempDir Path scratch;

  private Replay replay(EventScript script) {
    ReplaySettings settings =
        ReplaySettings.of(RuleSet.QEMU, new ScratchSpace(scratch)).withPvmModel();
    return new Replay(script.source(), settings, ObservationListener.NONE);
  }

  /**
   * A pair whose page 0 is 1 behind the migration and 2 behind checkpoint 1; then a checkpoint with
   * these pages.
   */
  private static EventScript secondCheckpoint(Consumer<EventScript> pages) {
    return EventScript.withReturnPath()
        .coloMigration("ram", LENGTH, s -> s.raw("ram", 0, 1))
        .checkpoint(s -> s.raw("ram", 0, 2))
        .checkpoint(s -> pages.accept(s.raw("ram", 0, 3)));
  }

  private ReplayError errorOf(EventScript script) {
    try (Replay replay = replay(script)) {
      finish(replay);
      return Objects.requireNonNull(replay.loadError());
    }
  }

  private Reason reasonOf(Consumer<EventScript> pages) {
    return errorOf(secondCheckpoint(pages)).reason();
  }

  @Test
  void anOffsetBeyondTheUsedLengthIsIllegal() {
    ReplayError error = errorOf(secondCheckpoint(s -> s.raw("ram", LENGTH, 9)));
    assertThat(error.reason()).isEqualTo(Reason.ILLEGAL_OFFSET);
    assertThat(error.block()).isEqualTo("ram");
    assertThat(error.offset()).isEqualTo(LENGTH);
    assertThat(error.checkpoint()).isEqualTo(2);
    assertThat(error)
        .hasToString(
            "illegal RAM offset in a block of 0x4000 bytes (block ram, offset 0x4000, checkpoint 2,"
                + " event "
                + error.seq()
                + ", channel 0, stream offset "
                + error.streamOffset()
                + ")");
  }

  @Test
  void offsetsOffThePageGridNegativeOrAtTheEndOfNumbersAreIllegal() {
    assertThat(reasonOf(s -> s.raw("ram", 100, 9))).isEqualTo(Reason.ILLEGAL_OFFSET);
    assertThat(reasonOf(s -> s.raw("ram", -PAGE, 9))).isEqualTo(Reason.ILLEGAL_OFFSET);
    assertThat(reasonOf(s -> s.raw("ram", Long.MAX_VALUE & -PAGE, 9)))
        .isEqualTo(Reason.ILLEGAL_OFFSET);
    assertThat(reasonOf(s -> s.zero("ram", 0, Integer.MAX_VALUE))).isEqualTo(Reason.ILLEGAL_OFFSET);
  }

  @Test
  void aRunOfZerosThatLeavesTheBlockIsIllegalFromItsFirstPageOutside() {
    try (Replay replay = replay(secondCheckpoint(s -> s.zero("ram", 2 * PAGE, 3)))) {
      finish(replay);
      ReplayError error = Objects.requireNonNull(replay.loadError());
      assertThat(error.reason()).isEqualTo(Reason.ILLEGAL_OFFSET);
      assertThat(error.offset()).isEqualTo(LENGTH);
      assertThat(replay.received("ram").stream()).containsExactly(0, 2, 3);
    }
  }

  @Test
  void aPageOfAnUnknownBlockIsAnError() {
    assertThat(reasonOf(s -> s.raw("rom", 0, 9))).isEqualTo(Reason.UNKNOWN_BLOCK);
    assertThat(errorOf(secondCheckpoint(s -> s.raw("", 0, 9))).detail())
        .isEqualTo("page without a RAM block");
  }

  @Test
  void aPageOfABlockThatTurnedUpInColoStateHasNoCache() {
    ReplayError error =
        errorOf(secondCheckpoint(s -> s.block("hotplugged", PAGE).raw("hotplugged", 0, 9)));
    assertThat(error.reason()).isEqualTo(Reason.BLOCK_WITHOUT_CACHE);
    assertThat(error.block()).isEqualTo("hotplugged");
  }

  @Test
  void aPageThatCannotBeDecodedIsAnErrorAndLeavesTheCacheAsItWas() {
    byte[] halfADelta = {0, 2, 7, 7, 1, 9, 7};
    EventScript script =
        secondCheckpoint(s -> s.page("ram", 0, 1, PageEncoding.XBZRLE, halfADelta));
    try (Replay replay = replay(script)) {
      finish(replay);
      assertThat(Objects.requireNonNull(replay.loadError()).reason())
          .isEqualTo(Reason.BAD_PAGE_DATA);
      assertThat(byteAt(replay.cache(), "ram", 0)).isEqualTo(3);
    }
  }

  @Test
  void aPageEventThatNoRecorderMakesIsAnError() {
    assertThat(reasonOf(s -> s.page("ram", 0, 2, PageEncoding.RAW, Pages.filled(1))))
        .isEqualTo(Reason.BAD_PAGE_DATA);
    assertThat(reasonOf(s -> s.zero("ram", 0, 0))).isEqualTo(Reason.BAD_PAGE_DATA);
    assertThat(
            reasonOf(s ->
                s.event(
                    Kind.PAGE,
                    e ->
                        e.setPage(new Page("ram", 0L, 512, 1, PageEncoding.ZERO, 0, false, null)))))
        .isEqualTo(Reason.BAD_PAGE_DATA);
  }

  @Test
  void aBlockListWithImpossibleSizesIsAnError() {
    assertThat(reasonOf(s -> s.block("odd", PAGE + 1))).isEqualTo(Reason.BAD_BLOCK_LIST);
    assertThat(reasonOf(s -> s.block("ram", -PAGE))).isEqualTo(Reason.BAD_BLOCK_LIST);
    assertThat(reasonOf(s -> s.blocks(2 * PAGE, new RamBlock("ram", LENGTH, 0L, -1L, -1L, -1L))))
        .isEqualTo(Reason.BAD_BLOCK_LIST);
  }

  @Test
  void bytesOfTheStreamThatCouldNotBeParsedEndTheLoadAndThoseOfTheReturnPathDoNot() {
    ReplayError error =
        errorOf(secondCheckpoint(s -> s.opaque(Direction.PVM_TO_SVM, "no element begins so")));
    assertThat(error.reason()).isEqualTo(Reason.UNPARSED_BYTES);
    assertThat(error.detail()).contains("no element begins so");
    try (Replay replay =
        replay(secondCheckpoint(s -> s.opaque(Direction.SVM_TO_PVM, "no message")))) {
      finish(replay);
      assertThat(replay.loadError()).isNull();
      assertThat(byteAt(replay.svm(), "ram", 0)).isEqualTo(3);
    }
  }

  @Test
  void nothingOfTheCheckpointWithTheErrorReachesSvmRamNorOfAnyLaterOne() {
    EventScript script =
        secondCheckpoint(s -> s.raw("ram", LENGTH, 9).raw("ram", PAGE, 4))
            .checkpoint(s -> s.raw("ram", 0, 5));
    try (Replay replay = replay(script)) {
      assertThat(reach(replay, 1).flushed()).isTrue();
      assertThat(replay.loadError()).isNull();
      assertThat(reach(replay, 2).flushed()).isFalse();
      assertThat(replay.loadError()).isNotNull();
      assertThat(byteAt(replay.cache(), "ram", PAGE)).isZero();
      assertThat(reach(replay, 3).flushed()).isFalse();
      assertThat(byteAt(replay.svm(), "ram", 0)).isEqualTo(2);
      assertThat(byteAt(replay.cache(), "ram", 0)).isEqualTo(3);
    }
  }

  @Test
  void theModelOfThePvmGoesOnBehindAnError() {
    EventScript script =
        secondCheckpoint(s -> s.raw("rom", 0, 9).raw("ram", PAGE, 4))
            .checkpoint(s -> s.raw("ram", 0, 5).raw("ram", LENGTH, 9).raw("rom", 0, 9));
    try (Replay replay = replay(script)) {
      finish(replay);
      assertThat(byteAt(replay.pvm(), "ram", PAGE)).isEqualTo(4);
      assertThat(byteAt(replay.pvm(), "ram", 0)).isEqualTo(5);
    }
  }

  @Test
  void anErrorInTheInitialMigrationKeepsTheSecondaryOutOfColo() {
    EventScript script =
        EventScript.withReturnPath()
            .coloMigration("ram", LENGTH, s -> s.raw("ram", 0, 1).raw("rom", 0, 1))
            .checkpoint(s -> s.raw("ram", 0, 2));
    try (Replay replay = replay(script)) {
      finish(replay);
      assertThat(replay.phase()).isEqualTo(Phase.BEFORE_COLO);
      assertThat(byteAt(replay.svm(), "ram", 0)).isEqualTo(1);
    }
  }

  @Test
  void anEventOfALaterSchemaIsRefused() {
    EventScript script = EventScript.withReturnPath().event(Kind.UNKNOWN, event -> {});
    try (Replay replay = replay(script)) {
      assertThatThrownBy(replay::next)
          .isInstanceOf(ColotapeException.class)
          .hasMessage(
              "event of an unknown kind (event 1): replay it with the Colotape version that"
                  + " recorded it, or a later one");
    }
  }

  @Test
  void aRecordingWithAGapIsRefused() {
    EventScript script =
        EventScript.withReturnPath().block("ram", PAGE).event(Kind.SECTION_END, e -> e.setSeq(7));
    try (Replay replay = replay(script)) {
      assertThatThrownBy(replay::next)
          .isInstanceOf(ColotapeException.class)
          .hasMessageStartingWith("event 2 is missing (before event 7)");
    }
  }

  @Test
  void memoryThatCannotBeAllocatedIsToldAndReleased() {
    EventScript script =
        EventScript.withReturnPath()
            .enableColo()
            .blocks(
                PAGE,
                new RamBlock("ram", LENGTH, 0L, -1L, -1L, -1L),
                new RamBlock("huge", 1L << 42, 0L, -1L, -1L, -1L))
            .raw("ram", 0, 1)
            .seal(true);
    ReplaySettings settings =
        ReplaySettings.of(RuleSet.QEMU, new ScratchSpace(Path.of("/proc/none")));
    Replay replay = new Replay(script.source(), settings, ObservationListener.NONE);
    assertThatThrownBy(replay::next)
        .isInstanceOf(ColotapeException.class)
        .hasMessageContaining("cannot map ")
        .hasMessageContaining("/proc/none");
    replay.close();
    replay.close();
  }

  @Test
  void aReleasedReplaySaysSo() {
    Replay replay = replay(secondCheckpoint(s -> {}));
    reach(replay, 1);
    replay.close();
    replay.close();
    assertThatThrownBy(() -> replay.svm().block("ram").page(0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("released");
    assertThatThrownBy(replay::next)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("released");
  }
}
