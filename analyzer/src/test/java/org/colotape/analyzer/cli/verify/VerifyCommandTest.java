package org.colotape.analyzer.cli.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.colotape.analyzer.cli.fixture.Cli;
import org.colotape.analyzer.cli.fixture.Result;
import org.colotape.analyzer.cli.fixture.Streams;
import org.colotape.analyzer.cli.frame.ExitCode;
import org.colotape.analyzer.conformance.Rules;
import org.colotape.recorder.fixture.Captures;
import org.colotape.recorder.fixture.MigrationStreamBuilder;
import org.colotape.recorder.fixture.MultifdStreamBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerifyCommandTest {
  private static final int CHECKPOINTS = 2;
  private static final MigrationStreamBuilder.Block BLOCK =
      new MigrationStreamBuilder.Block("pc.ram", 8L * Streams.PAGE);

  @TempDir Path folder;
  private Cli cli;

  @BeforeEach
  void home() {
    cli = new Cli(folder.resolve("home"));
  }

  @Test
  void aCapturedFileThatBreaksNoRuleIsToldInOneLineAndNothingIsStored() {
    Result result = cli.run("verify", stream(whole())).isFine();
    assertThat(result.lines())
        .singleElement()
        .asString()
        .contains("stream: ", "0 errors, 0 warnings, 0 infos");
    assertThat(folder.resolve("home")).doesNotExist();
  }

  @Test
  void aReturnPathIsHeldToTheRulesToo() {
    Path answers = Streams.write(folder.resolve("s2p"), Streams.answers(CHECKPOINTS + 1));
    Result result = cli.run("verify", colo(), "--return-path", answers);
    assertThat(result.exitCode()).isEqualTo(ExitCode.DIVERGED);
    assertThat(result.err()).isEmpty();
    assertThat(result.out())
        .contains("error   colo-answer-early: channel 0, SVM to PVM, offset 28, return path: ");
  }

  @Test
  void aFileThatDoesNotStateItsCapabilitiesIsReadWithThoseThatAreGiven() {
    Path file = Captures.BUNDLED.resolve("10.0-mapped-ram-unstated").resolve("stream.zst");
    cli.run("verify", file, "--capability", "mapped-ram").isFine();
    assertThat(cli.run("verify", file).exitCode()).isEqualTo(1);
    assertThat(cli.run("verify", file, "--capability", "multifd").exitCode()).isEqualTo(2);
  }

  @Test
  void aFindingIsALineWithSeverityRuleChannelOffsetAndSection() {
    Result result = cli.run("verify", stream(outside(1)));
    assertThat(result.exitCode()).isEqualTo(ExitCode.DIVERGED);
    assertThat(result.lines())
        .hasSize(2)
        .first()
        .asString()
        .matches(
            "error   page-offset: channel 0, PVM to SVM, offset \\d+, ram section 2: .*0x8000.*");
  }

  @Test
  void aWarningIsNoFailure() {
    byte[] whole = Streams.colo(CHECKPOINTS);
    Path cut = stream(Arrays.copyOf(whole, whole.length - 20));
    Result result = cli.run("verify", cut).isFine();
    assertThat(result.out()).contains("warning checkpoint-cut: ", "ends in checkpoint 2");
  }

  @Test
  void findingsOfOneRuleAreFolded() {
    Path many = stream(outside(30));
    assertThat(cli.run("verify", many).lines())
        .hasSize(12)
        .contains("error   page-offset: 20 more, which --all prints");
    assertThat(cli.run("verify", many, "--fold", 2).lines()).hasSize(4);
    assertThat(cli.run("verify", many, "--all").lines()).hasSize(31);
    assertThat(cli.run("verify", many).out()).contains("30 errors");
  }

  @Test
  void jsonIsAnObjectForEachFindingAndOneForAll() {
    List<JsonNode> lines = cli.run("verify", stream(outside(12)), "--json").jsonLines();
    assertThat(lines).hasSize(11);
    JsonNode finding = lines.getFirst();
    assertThat(finding.get("rule").asText()).isEqualTo("page-offset");
    assertThat(finding.get("severity").asText()).isEqualTo("error");
    assertThat(finding.get("direction").asText()).isEqualTo("PVM_TO_SVM");
    assertThat(finding.get("path").asText()).isEqualTo("ram section 2");
    assertThat(finding.get("checkpoint").asInt()).isZero();
    JsonNode all = lines.getLast();
    assertThat(all.get("errors").asInt()).isEqualTo(12);
    assertThat(all.get("rules").get("page-offset").asInt()).isEqualTo(12);
    assertThat(all.get("bytes").asLong()).isEqualTo(outside(12).length);
  }

  @Test
  void aRecordingAndATapeHaveTheFindingsOfTheirFile() {
    Path file = stream(outside(1));
    cli.run("record", "--from-file", file, "--as", "damaged").isFine();
    Path tape = folder.resolve("damaged.tape");
    cli.run("export", "damaged", tape).isFine();
    List<String> ofFile = cli.run("verify", file, "--all").lines();
    assertThat(cli.run("verify", "damaged", "--all").lines().getFirst())
        .isEqualTo(ofFile.getFirst());
    assertThat(cli.run("verify", tape, "--all").lines().getFirst()).isEqualTo(ofFile.getFirst());
  }

  @Test
  void furtherChannelsAreNumberedByTheirIdsInWhateverOrderTheyAreGiven() {
    Path first =
        Streams.write(folder.resolve("c1"), MultifdStreamBuilder.channel(0).sync(1).bytes());
    Path second =
        Streams.write(
            folder.resolve("c2"), MultifdStreamBuilder.channel(1).sync(2).sync(1).bytes());
    Path main = stream(whole());
    String inOrder = cli.run("verify", main, "--channel", first, "--channel", second).out();
    String reversed = cli.run("verify", main, "--channel", second, "--channel", first).out();
    assertThat(inOrder).contains("error   multifd-packet-num: channel 2, ");
    assertThat(reversed.lines().filter(line -> line.startsWith("error")))
        .containsExactlyElementsOf(
            inOrder.lines().filter(line -> line.startsWith("error")).toList());
  }

  @Test
  void aCapabilityThatTheStreamDoesNotStateIsTold() {
    Path file = Captures.BUNDLED.resolve("10.0-mapped-ram-unstated").resolve("stream.zst");
    Result untold = cli.run("verify", file);
    assertThat(untold.exitCode()).isEqualTo(ExitCode.DIVERGED);
    assertThat(untold.out()).contains("error   block-list: ");
    assertThat(cli.run("verify", file, "--capability", "mapped-ram").isFine().out())
        .contains(" 0 errors, ");
  }

  @Test
  void severalCapabilitiesAreTakenAndThoseThatChangeNothingRefused() {
    Path file = Captures.BUNDLED.resolve("7.2-ignore-shared-unstated").resolve("stream.zst");
    cli.run("verify", file, "--capability", "postcopy-ram", "--capability", "x-ignore-shared")
        .isFine();
    cli.run("verify", file, "--capability", "auto-converge")
        .isRefused("auto-converge", "mapped-ram, postcopy-ram, x-ignore-shared");
  }

  @Test
  void rulesAreListedWithTheirSource() {
    assertThat(cli.run("verify", "--list-rules").isFine().lines())
        .hasSize(3 * Rules.all().size())
        .contains("error   page-offset", "        migration/xbzrle.c, xbzrle_decode_buffer");
    assertThat(cli.run("verify", "--list-rules", "--json").isFine().jsonLines())
        .hasSameSizeAs(Rules.all())
        .allMatch(rule -> rule.has("demand") && rule.has("source"));
  }

  @Test
  void whatCannotBeReadIsTold() {
    cli.run("verify", folder.resolve("none")).hasFailed("no such file", "none");
    cli.run("verify", "nosuch").hasFailed("no such recording", "nosuch");
  }

  @Test
  void wrongCommandLinesAreRefused() {
    cli.run("verify").isRefused("RECORDING", "--list-rules");
    cli.run("verify", "name", "--return-path", "x").isRefused("--return-path", "./name");
    cli.run("verify", "name", "--capability", "mapped-ram").isRefused("--capability", "./name");
    cli.run("verify", "name", "--fold", "0").isRefused("--fold");
  }

  private Path colo() {
    return stream(Streams.colo(CHECKPOINTS));
  }

  private Path stream(byte[] bytes) {
    return Streams.write(folder.resolve("stream"), bytes);
  }

  private static byte[] whole() {
    return initial(0).eof().description().bytes();
  }

  /** A migration with so many pages beyond the end of their block. */
  private static byte[] outside(int pages) {
    return initial(pages).eof().description().bytes();
  }

  private static MigrationStreamBuilder initial(int outside) {
    return MigrationStreamBuilder.stream()
        .ramSetup(BLOCK)
        .ramEnd(ram -> {
          ram.page("pc.ram", 0, 1).zeros(Streams.PAGE, 7);
          for (int i = 0; i < outside; i++) {
            ram.page((8L + i) * Streams.PAGE, 2);
          }
        })
        .device(0, "timer", new byte[40]);
  }
}
