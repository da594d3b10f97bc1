package org.colotape.replayer.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.colotape.replayer.fixture.EventScript.PAGE;
import static org.colotape.replayer.fixture.Replays.byteAt;
import static org.colotape.replayer.fixture.Replays.finish;

import java.nio.file.Path;
import java.util.List;
import org.colotape.replayer.fixture.EventScript;
import org.colotape.replayer.memory.RamBlockMemory;
import org.colotape.replayer.memory.ScratchSpace;
import org.colotape.replayer.rules.RuleSet;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.event.RamBlock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Blocks come from block lists, caches from ENABLE_COLO, in whatever order and however often they
 * are sent.
 */
class BlockListsTest {
  @TempDir Path scratch;

  private Replay replayed(EventScript script) {
    ReplaySettings settings =
        ReplaySettings.of(RuleSet.QEMU, new ScratchSpace(scratch)).withPvmModel();
    Replay replay = new Replay(script.source(), settings, ObservationListener.NONE);
    finish(replay);
    return replay;
  }

  @Test
  void blocksKeepTheOrderOfTheListAndTheirOwnLengths() {
    EventScript script =
        EventScript.withReturnPath()
            .blocks(
                PAGE,
                new RamBlock("pc.ram", 4L * PAGE, 0L, -1L, -1L, -1L),
                new RamBlock("vga.vram", 2L * PAGE, 0L, -1L, -1L, -1L),
                new RamBlock("empty", 0L, 0L, -1L, -1L, -1L));
    try (Replay replay = replayed(script)) {
      assertThat(replay.svm().blocks())
          .extracting(RamBlockMemory::name)
          .containsExactly("pc.ram", "vga.vram", "empty");
      assertThat(replay.svm().blocks())
          .extracting(RamBlockMemory::usedLength)
          .containsExactly(4L * PAGE, 2L * PAGE, 0L);
      assertThatThrownBy(() -> replay.svm().block("rom"))
          .isInstanceOf(ColotapeException.class)
          .hasMessage("no such RAM block (rom): the SVM memory has pc.ram, vga.vram, empty");
    }
  }

  @Test
  void aCacheIsThereWhetherColoWasEnabledBeforeOrBehindTheList() {
    EventScript before = EventScript.withReturnPath().enableColo().block("ram", PAGE);
    EventScript behind = EventScript.withReturnPath().block("ram", PAGE).enableColo();
    try (Replay one = replayed(before);
        Replay other = replayed(behind)) {
      assertThat(one.cache().block("ram").usedLength()).isEqualTo(PAGE);
      assertThat(other.cache().block("ram").usedLength()).isEqualTo(PAGE);
    }
  }

  @Test
  void enablingColoASecondTimeKeepsWhatTheCacheHolds() {
    EventScript script =
        EventScript.withReturnPath()
            .coloMigration("ram", PAGE, s -> s.raw("ram", 0, 1))
            .request()
            .pages(s -> s.raw("ram", 0, 2).enableColo());
    try (Replay replay = replayed(script)) {
      assertThat(byteAt(replay.cache(), "ram", 0)).isEqualTo(2);
      assertThat(replay.received("ram").stream()).containsExactly(0);
    }
  }

  @Test
  void theSameListAgainKeepsEverything() {
    EventScript script =
        EventScript.withReturnPath()
            .coloMigration("ram", 2 * PAGE, s -> s.raw("ram", 0, 1))
            .request()
            .pages(s -> s.raw("ram", 0, 2).block("ram", 2 * PAGE))
            .deviceState()
            .received();
    try (Replay replay = replayed(script)) {
      assertThat(byteAt(replay.cache(), "ram", 0)).isEqualTo(2);
      assertThat(byteAt(replay.svm(), "ram", 0)).isEqualTo(2);
    }
  }

  @Test
  void aListWithAnotherLengthResizesAllMemoriesAndKeepsTheirContents() {
    EventScript script =
        EventScript.withReturnPath()
            .coloMigration("ram", 2 * PAGE, s -> s.raw("ram", 0, 1).block("ram", 6 * PAGE))
            .checkpoint(s -> s.raw("ram", 5 * PAGE, 2));
    try (Replay replay = replayed(script)) {
      assertThat(replay.loadError()).isNull();
      for (var memory : List.of(replay.svm(), replay.cache(), replay.pvm())) {
        assertThat(memory.block("ram").usedLength()).isEqualTo(6 * PAGE);
        assertThat(byteAt(memory, "ram", 0)).isEqualTo(1);
        assertThat(byteAt(memory, "ram", 5 * PAGE)).isEqualTo(2);
      }
    }
  }

  @Test
  void aBlockThatShrinksForgetsBitsBeyondItsEnd() {
    EventScript script =
        EventScript.withReturnPath()
            .coloMigration("ram", 4 * PAGE, s -> {})
            .request()
            .pages(s -> s.raw("ram", 3 * PAGE, 2).raw("ram", 0, 2).block("ram", 2 * PAGE))
            .deviceState()
            .received();
    try (Replay replay = replayed(script)) {
      assertThat(replay.loadError()).isNull();
      assertThat(byteAt(replay.svm(), "ram", 0)).isEqualTo(2);
      assertThat(replay.svm().block("ram").usedLength()).isEqualTo(2 * PAGE);
    }
  }
}
