package org.colotape.replayer.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.colotape.replayer.fixture.EventScript.PAGE;
import static org.colotape.replayer.junit.MemoryAssertions.assertDigest;
import static org.colotape.replayer.junit.MemoryAssertions.assertPage;
import static org.colotape.replayer.junit.MemoryAssertions.assertSameMemory;

import java.nio.file.Path;
import org.colotape.replayer.fixture.EventScript;
import org.colotape.replayer.fixture.Pages;
import org.colotape.replayer.fixture.Replays;
import org.colotape.replayer.memory.GuestMemory;
import org.colotape.replayer.memory.ScratchSpace;
import org.colotape.replayer.replay.ObservationListener;
import org.colotape.replayer.replay.Replay;
import org.colotape.replayer.replay.ReplaySettings;
import org.colotape.replayer.rules.RuleSet;
import org.colotape.schema.event.Memory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.AssertionFailedError;

@SuppressWarnings("NullAway.Init") // replay comes first
class MemoryAssertionsTest {
  @TempDir Path scratch;
  private Replay replay;

  /** Within a checkpoint the cache is ahead of SVM RAM by a page. */
  @BeforeEach
  void replay() {
    EventScript script =
        EventScript.withReturnPath()
            .coloMigration("ram", 8 * PAGE, s -> s.raw("ram", 0, 1).raw("ram", 2 * PAGE, 7))
            .request()
            .pages(s -> s.raw("ram", 2 * PAGE, 8).raw("ram", 3 * PAGE, 9));
    ReplaySettings settings =
        ReplaySettings.of(RuleSet.QEMU, new ScratchSpace(scratch)).withLastWriters();
    replay = new Replay(script.source(), settings, ObservationListener.NONE);
    Replays.finish(replay);
  }

  @AfterEach
  void close() {
    replay.close();
  }

  @Test
  void memoriesThatDifferAreShownPageByPageWithTheirWriters() {
    assertThatThrownBy(() -> assertSameMemory(replay.cache(), replay.svm()))
        .isInstanceOf(AssertionFailedError.class)
        .hasMessageStartingWith("cache and svm differ on 2 pages of ram: 0x2000..0x3fff")
        .hasMessageContaining("page ram+0x2000, from byte 0x0 on:")
        .hasMessageContaining("cache  0x2000      " + " 08".repeat(16))
        .hasMessageContaining("svm    0x2000      " + " 07".repeat(16))
        .hasMessageContaining("cache: written last by event 10, stream offset 0x", "checkpoint 1")
        .hasMessageContaining("svm: written last by event 4, stream offset 0x", "checkpoint 0");
  }

  @Test
  void aMemoryIsTheSameAsItself() {
    assertThatCode(() -> assertSameMemory(replay.svm(), replay.svm())).doesNotThrowAnyException();
  }

  @Test
  void memoriesWithOtherBlocksAreNotTheSame() {
    try (GuestMemory none = new GuestMemory(Memory.PVM)) {
      assertThatThrownBy(() -> assertSameMemory(none, replay.svm()))
          .isInstanceOf(AssertionFailedError.class)
          .hasMessageStartingWith("pvm and svm have other RAM blocks");
    }
  }

  @Test
  void aPageIsComparedWithBytes() {
    assertPage(replay.svm(), "ram", 2 * PAGE, Pages.filled(7));

    byte[] almost = Pages.filled(7);
    almost[100] = 6;
    assertThatThrownBy(() -> assertPage(replay.svm(), "ram", 2 * PAGE, almost))
        .isInstanceOf(AssertionFailedError.class)
        .hasMessageContaining("expected bytes and svm differ on 1 page of ram: 0x2000..0x2fff")
        .hasMessageContaining("from byte 0x64 on");
  }

  @Test
  void aDigestIsComparedWithWhatTheCommandLinePrints() {
    String digest = replay.svm().block("ram").digest().toString();
    assertDigest(replay.svm(), "ram", digest);

    assertThatThrownBy(() -> assertDigest(replay.cache(), "ram", digest))
        .isInstanceOf(AssertionFailedError.class)
        .hasMessageStartingWith("digest of ram in cache: expected " + digest + " but was ");
    assertThat(digest).hasSize(32);
  }
}
