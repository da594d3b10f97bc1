package org.colotape.analyzer.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.colotape.analyzer.cli.fixture.Cli;
import org.colotape.analyzer.cli.fixture.Result;
import org.colotape.analyzer.cli.fixture.TapRun;
import org.colotape.recorder.qemu.EachQemu;
import org.colotape.recorder.qemu.Qemu;
import org.colotape.recorder.qemu.QemuProgram;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A healthy pair of real QEMUs whose three memories are observed. */
@Timeout(180)
@EachQemu
class ObserversQemuIT {
  private static final int CHECKPOINTS = 50;

  private final QemuProgram program;

  @TempDir private Path folder;

  ObserversQemuIT(QemuProgram program) {
    this.program = program;
  }

  @BeforeEach
  void needsQemu() {
    program.assumeThere();
    assumeTrue(Qemu.hasKvm(), "no kvm here, and the COLO of older QEMUs deadlocks without it");
  }

  @Test
  void fiftyCheckpointsOfAHealthyPairUnderLoadShowNoDivergence() throws Exception {
    Path home = folder.resolve("home");
    try (Qemu pvm = Qemu.start(program, folder, "pvm", false);
        Qemu svm = Qemu.start(program, folder, "svm", true)) {
      pvm.enableColo();
      svm.enableColo();
      pvm.setCheckpointDelay(Duration.ofMillis(50));
      int port = svm.listen();
      TapRun tap =
          TapRun.start(
              home,
              port,
              "--as",
              "seen",
              "--observe-pvm",
              pvm.ramFile(),
              "--observe-svm",
              svm.ramFile(),
              "--observe-cache",
              "ram=pid:" + svm.pid());
      pvm.awaitGuest();
      pvm.migrateTo(tap.port());
      while (pvm.pauses().size() < CHECKPOINTS + 2) {
        Thread.sleep(50);
      }
      pvm.kill();
      svm.kill();
      List<JsonNode> observed = tap.rest(0);
      assertThat(observed.size()).isGreaterThanOrEqualTo(CHECKPOINTS);
      // both may be killed in the midst of the last ones
      for (JsonNode line : observed.subList(0, CHECKPOINTS)) {
        assertThat(line.path("observation").asText())
            .matches(
                "observed checkpoint \\d+: PVM%1$s SVM%1$s CACHE%1$s held \\d+ ms"
                    .formatted(" 8192 pages read \\(1 block\\), \\d+ kept, 0 unlike the stream;"));
      }
    }
    Result analysis = new Cli(home).run("analyze", "seen", "--at", CHECKPOINTS, "--json").isFine();
    assertThat(analysis.json().get("summary").asText())
        .startsWith("in step: PVM, cache and SVM agree at checkpoints 0..")
        .containsPattern("PVM observed at 1\\.\\.\\d+")
        .containsPattern("cache observed at 1\\.\\.\\d+");
  }
}
