package org.colotape.analyzer.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.Writer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.colotape.analyzer.cli.fixture.Cli;
import org.colotape.analyzer.cli.fixture.Program;
import org.colotape.recorder.qemu.Qemu;
import org.colotape.recorder.qemu.QemuProgram;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** However a lab ends, nothing of its machines is left. */
@Timeout(120)
class LabEndQemuIT {
  @TempDir private Path home;

  private final Leftovers leftovers = new Leftovers();

  @BeforeAll
  static void needsQemu() {
    QemuProgram.installed().assumeThere();
  }

  @Test
  void qemuThatDoesNotStartIsToldInOneLineInItsOwnWords() throws Exception {
    new Cli(home)
        .run("lab", "--qemu", "/usr/bin/env", "--qemu-arg=qemu-system-x86_64", "--qemu-arg=-bad")
        .hasFailed("QEMU ended by itself", "-bad", "invalid option");
    assertThat(leftovers.staying()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void nothingIsLeftWhenTheLabIsStoppedOrKilled(boolean killed) throws Exception {
    assumeTrue(Qemu.hasKvm(), "no kvm here, and the COLO of older QEMUs deadlocks without it");
    Process program =
        new ProcessBuilder(
                Program.command(
                    List.of(), "lab", "--home", home, "--checkpoints", 100_000, "--delay", 20))
            .redirectErrorStream(true)
            .start();
    try (var lines = program.inputReader()) {
      String line = lines.readLine();
      while (line != null && !line.startsWith("observed checkpoint 1:")) {
        line = lines.readLine();
      }
      assertThat(line).isNotNull();
      assertThat(leftovers.now()).isNotEmpty();
      if (killed) {
        program.toHandle().destroyForcibly();
      } else {
        program.toHandle().destroy();
      }
      lines.transferTo(Writer.nullWriter());
    }
    assertThat(program.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(leftovers.staying()).isEmpty();
  }
}
