package org.colotape.replayer.replay;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.colotape.replayer.fixture.EventScript.PAGE;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.colotape.replayer.fixture.EventScript;
import org.colotape.replayer.fixture.Replays;
import org.colotape.replayer.memory.ScratchSpace;
import org.colotape.replayer.rules.RuleSet;
import org.colotape.schema.ColotapeException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Scratch space that is full is told, although sparse files find it out only when a page is
 * written.
 */
class FullDiskTest {
  @TempDir Path folder;

  @BeforeEach
  void mountASmallFileSystem() throws IOException, InterruptedException {
    assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "mode=700,size=256k", "tmpfs", folder.toString()),
        "only root may mount a file system");
  }

  @AfterEach
  void unmount() throws IOException, InterruptedException {
    run("umount", folder.toString());
  }

  private static boolean run(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command).start().waitFor() == 0;
  }

  @Test
  void scratchSpaceThatIsFullIsToldWithPlaceAndRemedy() {
    EventScript script = EventScript.withReturnPath().block("ram", 1000L * PAGE);
    for (int page = 0; page < 1000; page++) {
      script.raw("ram", (long) page * PAGE, 1 + page % 200);
    }
    ReplaySettings settings = ReplaySettings.of(RuleSet.QEMU, new ScratchSpace(folder));
    try (Replay replay = new Replay(script.source(), settings, ObservationListener.NONE)) {
      assertThatThrownBy(() -> Replays.finish(replay))
          .isInstanceOf(ColotapeException.class)
          .hasMessageMatching(
              "no space for rebuilt memory \\(.*, event \\d+\\): free space there, or choose a "
                  + "scratch folder on a larger file system");
    }
  }
}
