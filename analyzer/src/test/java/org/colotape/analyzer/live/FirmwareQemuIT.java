package org.colotape.analyzer.live;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.colotape.recorder.qemu.EachQemu;
import org.colotape.recorder.qemu.QemuProgram;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** All blocks of a pair are observed, and so it comes to light what becomes of its firmware. */
@EachQemu
@Timeout(120)
class FirmwareQemuIT {
  private static final int CHECKPOINTS = 4;

  private final QemuProgram program;

  @TempDir private Path home;

  FirmwareQemuIT(QemuProgram program) {
    this.program = program;
  }

  @ParameterizedTest
  @ValueSource(strings = {"file", "pid", "qmp"})
  void theFirmwareThatTheResetOfElevenThrowsBackIsNamedAndOfNoOtherAnythingIsSaid(String way)
      throws Exception {
    LabRun run = LabRun.of(program, home, "--checkpoints", CHECKPOINTS, "--observe", way);

    run.isInStepUpTo(CHECKPOINTS);
    assertThat(run.result().out())
        .containsPattern("observed checkpoint 4: PVM \\d+ pages read \\(6 blocks\\)")
        .containsPattern("SVM \\d+ pages read \\(6 blocks\\)")
        .containsPattern("CACHE \\d+ pages read \\(6 blocks\\)");
    JsonNode findings = run.verdict().get("findings");
    if (program.version().equals("11.1")) {
      assertThat(findings).hasSize(1);
      JsonNode finding = findings.get(0);
      assertThat(finding.get("cause").asText()).isEqualTo("thrown-back");
      assertThat(finding.get("checkpoint").asInt()).isEqualTo(1);
      assertThat(finding.get("text").asText()).contains("the same at each of 3 later checkpoints");
      List<String> blocks = new ArrayList<>();
      finding.get("pages").forEach(pages -> blocks.add(pages.get("block").asText()));
      assertThat(blocks)
          .containsExactlyInAnyOrder(
              "/rom@etc/acpi/tables", "/rom@etc/table-loader", "/rom@etc/acpi/rsdp");
      assertThat(run.result().exitCode()).isEqualTo(1);
    } else {
      assertThat(findings).isEmpty();
      assertThat(run.result().exitCode()).as("%s", run).isZero();
    }
  }
}
