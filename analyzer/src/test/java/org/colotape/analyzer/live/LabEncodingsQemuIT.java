package org.colotape.analyzer.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.colotape.recorder.qemu.QemuProgram;
import org.colotape.schema.broker.EmbeddedBroker;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What COLO can do since QEMU 11.1, and could not before. */
@Timeout(120)
class LabEncodingsQemuIT {
  @TempDir private static Path home;
  private static @Nullable EmbeddedBroker broker;

  private final QemuProgram program = QemuProgram.ofVersion("11.1");

  @BeforeAll
  static void startABroker() {
    broker = EmbeddedBroker.open(home);
  }

  @AfterAll
  static void stopTheBroker() {
    if (broker != null) {
      broker.close();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "pc,xbzrle,2",
    "q35,plain,2",
    "pc,multifd,2",
    "q35,multifd-zlib,2",
    "q35,multifd-zstd,3"
  })
  void aPairIsInStepHoweverItsPagesTravel(String machine, String encoding, int channels)
      throws Exception {
    LabRun run =
        lab(
            "--checkpoints",
            3,
            "--machine",
            machine,
            "--encoding",
            encoding,
            "--channels",
            channels,
            "--pattern",
            "hot",
            "--pages",
            64);

    assertThat(run.result().out())
        .contains(
            "x-colo + ",
            "return-path, pages ",
            "pc-" + (machine.equals("pc") ? "i440fx" : machine));
    if (encoding.startsWith("multifd-")) {
      // the cache is searched for by its pages, which are compressed, and so is not found: it is
      // told
      run.isRightUpTo(3);
    } else {
      run.isInStepUpTo(3);
      assertThat(run.source(3, "cache")).endsWith("observed");
    }
    assertThat(run.source(3, "pvm")).endsWith("observed");
  }

  @Test
  void theSecondaryTakesOverFromAPrimaryThatDiedWhilePagesCameOverChannels() throws Exception {
    LabRun run =
        lab(
            "--checkpoints",
            3,
            "--encoding",
            "multifd-zstd",
            "--fault",
            "kill-pvm:PAGES@2",
            "--failover",
            "PAGES@2");

    assertThat(run.result().out())
        .contains("failover at PAGES of checkpoint 2: the secondary runs on its own");
    assertThat(run.isBroken().isCompared(1)).isTrue();
    assertThat(run.differing(1, "pvm-cache")).isEmpty();
  }

  @Test
  void itGoesOnWithoutKvmAndPagesThatTheFirstCheckpointLosesAreNamed() throws Exception {
    LabRun run = lab("--accel", "tcg", "--checkpoints", 3, "--speed", 0);

    assertThat(run.isCompared(3)).isTrue();
    if (run.differing(1, "pvm-cache").isEmpty()) {
      run.isInStepUpTo(3);
    } else {
      assertThat(run.findings()).containsExactly("lost-dirty-bit at 1");
    }
  }

  private LabRun lab(Object... options) throws Exception {
    return LabRun.of(program, home, options);
  }
}
