package org.colotape.analyzer.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.colotape.analyzer.cli.fixture.Cli;
import org.colotape.analyzer.cli.fixture.Program;
import org.colotape.analyzer.cli.fixture.Result;
import org.colotape.analyzer.cli.frame.ExitCode;
import org.colotape.recorder.qemu.EachQemu;
import org.colotape.recorder.qemu.Qemu;
import org.colotape.recorder.qemu.QemuProgram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real QEMUs are qualified: what is known of each is found. */
@Timeout(180)
@EachQemu
class QualifyQemuIT {
  /** What QEMU 11.1 gets wrong at every checkpoint; nothing else may be wrong there. */
  private static final String THROWN_BACK =
      "thrown back by the secondary's reset in /rom@etc/acpi/rsdp, /rom@etc/acpi/tables,"
          + " /rom@etc/table-loader";

  @TempDir private Path home;

  private final QemuProgram program;
  private final Leftovers leftovers = new Leftovers();

  QualifyQemuIT(QemuProgram program) {
    this.program = program;
  }

  @Test
  void thePlainPairIsRightUnderLoadAndWhenTheSecondaryTakesOver() throws Exception {
    needsKvm();
    Result result =
        qualify("--case", "pc/plain/load-hot", "--case", "pc/plain/{primary-killed,link-lost}");

    List<JsonNode> cases = cases(result);
    assertThat(cases).hasSize(3);
    if (isSince11()) {
      assertThat(result.exitCode()).as("%s", result).isEqualTo(ExitCode.DIVERGED);
      assertThat(cases)
          .extracting(one -> one.get("headline").asText())
          .as("%s", result)
          .containsOnly(THROWN_BACK);
      assertThat(cases)
          .extracting(one -> one.get("details").toString())
          .allMatch(details -> details.contains("all else was right: checkpoints "));
    } else {
      assertThat(result.exitCode()).as("%s", result).isEqualTo(ExitCode.OK);
      assertThat(cases).extracting(one -> one.get("result").asText()).containsOnly("right");
    }
  }

  @Test
  void multifdIsWrongWhereTheCacheDoesNotGetItsPages() throws Exception {
    needsKvm();
    Result result = qualify("--case", "pc/multifd/load-idle");

    assertThat(result.exitCode()).as("%s", result).isEqualTo(ExitCode.DIVERGED);
    JsonNode one = cases(result).getFirst();
    assertThat(one.get("result").asText()).isEqualTo("wrong");
    if (isSince11()) {
      assertThat(one.get("headline").asText()).isEqualTo(THROWN_BACK);
    } else {
      assertThat(one.get("headline").asText()).containsPattern("\\bram\\b");
    }
  }

  @Test
  void withoutKvmLostPagesAreWrongAndAnEarlyEndIsUndecided() throws Exception {
    Result result = qualify("--accel", "tcg", "--case", "pc/plain/load-sequential");

    JsonNode one = cases(result).getFirst();
    if (!isSince11()) {
      // both may lose pages, and both deadlock behind their first checkpoint
      assertThat(one.get("result").asText()).as("%s", result).isIn("undecided", "wrong");
    } else {
      assertThat(one.get("headline").asText()).as("%s", result).contains(THROWN_BACK);
    }
  }

  @Test
  void aCaseThatTakesLongerThanItMayIsUndecided() throws Exception {
    needsKvm();
    Result result = qualify("--limit", 1, "--case", "pc/plain/load-hot");

    assertThat(result.exitCode()).as("%s", result).isEqualTo(ExitCode.UNDECIDED);
    assertThat(cases(result).getFirst().get("headline").asText()).isEqualTo("took longer than 1 s");
  }

  @Test
  void whatQemuRefusesIsToldInItsOwnWordsAndIsNotRight() throws Exception {
    Result result =
        qualify("--qemu-arg=-device", "--qemu-arg=no-such-device", "--case", "pc/plain/load-hot");

    assertThat(result.exitCode()).as("%s", result).isEqualTo(ExitCode.UNDECIDED);
    JsonNode one = cases(result).getFirst();
    assertThat(one.get("result").asText()).isEqualTo("refused");
    assertThat(one.get("headline").asText())
        .startsWith("the primary ends by itself: ")
        .contains("no-such-device");
  }

  @Test
  void aRecordingOfWhatIsNotRightIsKeptIfThatIsAskedFor() throws Exception {
    needsKvm();
    Path junit = home.resolve("junit.xml");
    Path page = home.resolve("page.html");
    Result result =
        qualify(
            "--limit",
            60,
            "--keep",
            "--case",
            "pc/multifd/load-hot",
            "--junit",
            junit,
            "--html",
            page);

    assertThat(result.exitCode()).as("%s", result).isEqualTo(ExitCode.DIVERGED);
    assertThat(Files.readString(junit)).contains("<failure message=", "failures=\"1\"");
    assertThat(Files.readString(page)).contains("pc/multifd/load-hot");
    JsonNode kept = new Cli(home).run("list", "--json").isFine().json();
    assertThat(kept.get("name").asText()).startsWith("qualify-pc-multifd-load-hot-");
    assertThat(new Cli(home).run("analyze", kept.get("name").asText()).exitCode())
        .isEqualTo(ExitCode.DIVERGED);
  }

  @Test
  void nothingIsLeftWhenItIsKilled() throws Exception {
    needsKvm();
    Process running =
        new ProcessBuilder(
                Program.command(
                    List.of(),
                    "qualify",
                    "--home",
                    home,
                    "--qemu",
                    program.start(),
                    "--case",
                    "pc/plain/load-hot",
                    "--case",
                    "pc/plain/load-random"))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (leftovers.now().stream().noneMatch(one -> one.contains("-incoming"))) {
      assertThat(System.nanoTime()).isLessThan(end);
      assertThat(running.isAlive()).isTrue();
      Thread.sleep(20);
    }

    running.destroyForcibly().waitFor();

    assertThat(leftovers.staying()).isEmpty();
  }

  private Result qualify(Object... options) throws Exception {
    program.assumeThere();
    List<Object> line = new ArrayList<>(List.of("qualify", "--json", "--qemu", program.start()));
    line.addAll(Arrays.asList(options));
    Result result = new Cli(home).run(line.toArray());
    assertThat(leftovers.staying()).isEmpty();
    return result;
  }

  private static List<JsonNode> cases(Result result) {
    List<JsonNode> cases = new ArrayList<>();
    result.json().get("cases").forEach(cases::add);
    return cases;
  }

  private void needsKvm() {
    program.assumeThere();
    assumeTrue(Qemu.hasKvm(), "no kvm here, and the COLO of older QEMUs deadlocks early");
  }

  private boolean isSince11() {
    return Double.parseDouble(program.version()) >= 11;
  }
}
