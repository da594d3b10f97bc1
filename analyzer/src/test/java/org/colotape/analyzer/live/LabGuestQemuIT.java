package org.colotape.analyzer.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import org.colotape.analyzer.cli.fixture.Cli;
import org.colotape.recorder.qemu.QemuProgram;
import org.colotape.schema.broker.EmbeddedBroker;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the lab's guest does, which no version of QEMU changes, and what the lab refuses. */
@Timeout(120)
class LabGuestQemuIT {
  @TempDir private static Path home;
  private static @Nullable EmbeddedBroker broker;

  private final QemuProgram program = QemuProgram.installed();

  @BeforeAll
  static void startABroker() {
    QemuProgram.installed().assumeThere();
    broker = EmbeddedBroker.open(home);
  }

  @AfterAll
  static void stopTheBroker() {
    if (broker != null) {
      broker.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"random", "hot", "zeroing", "rewrite", "idle"})
  void eachPatternDirtiesItsRangeAndNoMore(String pattern) throws Exception {
    LabRun run =
        LabRun.of(
            program,
            home,
            "--checkpoints",
            2,
            "--pattern",
            pattern,
            "--from",
            "0x200000",
            "--pages",
            64,
            "--observe",
            "none");

    int written = run.isInStepUpTo(2).checkpoint(2).get("pagesWritten").asInt();
    if (pattern.equals("idle")) {
      assertThat(written).isZero();
    } else {
      // and the page of its stack
      assertThat(written).isBetween(8, 65);
    }
  }

  @Test
  void aFaultThatFindsNothingToDoIsNoRunWithThatFault() throws Exception {
    LabRun run =
        LabRun.of(
            program, home, "--checkpoints", 2, "--pattern", "idle", "--fault", "drop:0x200000@2");

    run.result().hasFailed("the fault did not happen", "drop:0x200000@2");
  }

  @Test
  void theDirtyPagesThatQemuLosesWithoutKvmAreFoundAndNamed() throws Exception {
    assumeTrue(program.version().equals("7.2"), "only QEMU 7.2 is known to lose dirty pages");

    LabRun run = LabRun.of(program, home, "--accel", "tcg", "--checkpoints", 2);

    assertThat(run.result().exitCode()).as("%s", run).isEqualTo(1);
    assertThat(run.result().out())
        .contains("deadlocks behind the first checkpoint, so only that one is run");
    assertThat(run.findings()).contains("lost-dirty-bit at 1");
  }

  @Test
  void aFaultThatNoCheckpointWouldReachIsRefused() throws Exception {
    assumeTrue(program.version().equals("7.2"), "not every QEMU deadlocks without kvm");

    LabRun.of(program, home, "--accel", "tcg", "--fault", "drop@2")
        .result()
        .hasFailed("deadlocks behind the first checkpoint, before what is to go wrong");
  }

  @Test
  void aMachineThatQemuDoesNotKnowIsRefusedInItsOwnWords() throws Exception {
    LabRun.of(program, home, "--machine", "abacus").result().hasFailed("unsupported machine type");
  }

  @Test
  void anEncodingThatQemuOrTheLabCannotDoIsRefused() throws Exception {
    LabRun.of(program, home, "--encoding", "multifd", "--channels", 0)
        .result()
        .hasFailed("multifd-channels");
    new Cli(home)
        .run("lab", "--encoding", "multifd", "--fault", "drop@2")
        .isRefused("pages of multifd travel on channels of their own");
  }
}
