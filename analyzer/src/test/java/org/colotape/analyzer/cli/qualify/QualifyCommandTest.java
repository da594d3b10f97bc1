package org.colotape.analyzer.cli.qualify;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.colotape.analyzer.cli.fixture.Cli;
import org.colotape.analyzer.qualification.Matrix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code colotape qualify} as far as it goes without QEMU. */
class QualifyCommandTest {
  @TempDir Path home;

  @Test
  void allCasesAreListedByTheNamesThatChooseThem() {
    assertThat(cli().run("qualify", "--list-cases").isFine().lines())
        .hasSameSizeAs(Matrix.all())
        .anyMatch(line -> line.matches("q35/multifd-zstd/load-hot +20 checkpoints, guest hot"));
    assertThat(
            cli()
                .run("qualify", "--list-cases", "--json", "--case", "pc/plain/link-lost")
                .isFine()
                .json()
                .toString())
        .isEqualTo("{\"case\":\"pc/plain/link-lost\",\"text\":\"link lost in mid-RAM, failover\"}");
  }

  @Test
  void casesAreListedOnceAndInTheOrderOfTheMatrix() {
    assertThat(
            cli()
                .run(
                    "qualify",
                    "--list-cases",
                    "--case",
                    "q35/plain/load-hot",
                    "--case",
                    "*/plain/load-hot")
                .isFine()
                .lines())
        .extracting(line -> line.substring(0, line.indexOf(' ')))
        .containsExactly("pc/plain/load-hot", "q35/plain/load-hot");
  }

  @Test
  void aWrongCommandLineIsRefused() {
    cli().run("qualify", "--case", "pc/plain/load-cold").isRefused("no such case", "load-cold");
    cli().run("qualify", "--accel", "xen").isRefused("--accel");
    cli().run("qualify", "--limit", "0").isRefused("--limit");
    cli().run("qualify", "--qemu-arg=-L").isRefused("--qemu-arg");
    cli().run("qualify", "--json", "--markdown").isRefused("--markdown");
  }

  @Test
  void whatIsNoQemuIsToldInOneLine() {
    cli().run("qualify", "--qemu", "/bin/true").hasFailed("version", "/bin/true");
    cli().run("qualify", "--qemu", "/no/qemu").hasFailed("/no/qemu");
  }

  private Cli cli() {
    return new Cli(home);
  }
}
