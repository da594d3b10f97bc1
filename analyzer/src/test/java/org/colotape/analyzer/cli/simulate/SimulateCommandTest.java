package org.colotape.analyzer.cli.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.colotape.analyzer.cli.fixture.Cli;
import org.colotape.analyzer.cli.fixture.Result;
import org.colotape.analyzer.cli.frame.ExitCode;
import org.colotape.recorder.simulation.Bug;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SimulateCommandTest {
  @TempDir Path folder;
  private Cli cli;

  @BeforeEach
  void home() {
    cli = new Cli(folder.resolve("home"));
  }

  @Test
  void aTapeOfAHealthyPairIsInStep() {
    Path tape = folder.resolve("pair.tape");

    Result result = cli.run("simulate", "--ram", "2M", "--used", 100, "--tape", tape).isFine();

    assertThat(result.lines()).singleElement().asString().contains("a healthy pair", "up to 5");
    cli.run("analyze", tape).isFine();
    cli.run("verify", tape).isFine();
    assertThat(folder.resolve("home", "kafka")).doesNotExist();
  }

  @Test
  void theTruthOfABugIsPrintedAndWritten() throws IOException {
    Path tape = folder.resolve("pair.tape");
    Path truth = folder.resolve("truth.json");

    JsonNode printed =
        cli.run(
                "simulate",
                "--bug",
                "colo-06",
                "--bug-from",
                3,
                "--ram",
                "2M",
                "--used",
                100,
                "--json",
                "--tape",
                tape,
                "--truth",
                truth)
            .isFine()
            .json();

    JsonNode written = new ObjectMapper().readTree(Files.readString(truth));
    assertThat(printed.get("truth")).isEqualTo(written);
    assertThat(printed.get("lastCheckpoint").asInt()).isEqualTo(5);
    assertThat(written.get("bug").asText()).isEqualTo("colo-06");
    assertThat(written.get("faultClass").asText()).isEqualTo("NOT_FLUSHED");
    assertThat(written.get("oracle").asText()).isEqualTo("I4");
    assertThat(written.get("firstWrongCheckpoint").asInt()).isEqualTo(3);
    assertThat(written.get("firstWrongPages")).isNotEmpty();
    assertThat(written.get("firstWrongPages").get(0).get("memories").get(0).asText())
        .isEqualTo("SVM");
    assertThat(cli.run("analyze", tape, "--json").exitCode()).isEqualTo(ExitCode.DIVERGED);
  }

  @Test
  void aRecordingOfAPairIsAsLongAsItsTape() {
    Path tape = folder.resolve("pair.tape");
    List<Object> pair = List.of("simulate", "--ram", "2M", "--used", 50, "--json");

    JsonNode recorded = cli.run(with(pair, "--as", "pair")).isFine().json();
    JsonNode taped = cli.run(with(pair, "--tape", tape)).isFine().json();

    assertThat(recorded.get("recording").asText()).isEqualTo("pair");
    for (String total : List.of("events", "pages", "wireBytes", "lastCheckpoint")) {
      assertThat(recorded.get(total)).isEqualTo(taped.get(total));
    }
    cli.run("analyze", "pair").isFine();
    cli.run(with(pair, "--as", "pair")).hasFailed("pair");
  }

  @Test
  void channelsOfAPairCanBeVerifiedLikeThoseOfACapture() {
    Path files = folder.resolve("files");

    cli.run("simulate", "--ram", "2M", "--multifd", "--to-files", files).isFine();

    assertThat(files).isDirectoryContaining(file -> file.endsWith("c2.p2s"));
    cli.run("verify", files.resolve("c0.p2s"), "--return-path", files.resolve("c0.s2p")).isFine();
    cli.run("simulate", "--ram", "2M", "--multifd", "--to-files", files)
        .hasFailed("cannot write channels", "files", "empty");
  }

  @Test
  void aPairSpeaksTheProtocolThatIsAskedFor() throws IOException {
    Path older = folder.resolve("older");
    Path newer = folder.resolve("newer");
    List<Object> pair = List.of("simulate", "--ram", "2M", "--used", 50, "--checkpoints", 2);

    cli.run(with(pair, "--to-files", older)).isFine();
    cli.run(with(pair, "--to-files", newer, "--protocol", "return-path", "--multifd=zstd"))
        .isFine();

    byte[] words = Files.readAllBytes(older.resolve("c0.s2p"));
    byte[] frames = Files.readAllBytes(newer.resolve("c0.s2p"));
    assertThat(words).hasSize(4 + 2 * 12);
    assertThat(frames).startsWith(0, 2, 0, 4, 0, 0, 0, 1, 0, 1, 0, 4, 0, 0, 0, 0).endsWith(words);
    assertThat(newer.resolve("c2.p2s")).isNotEmptyFile();
  }

  @Test
  void allBugsAreListed() {
    assertThat(cli.run("simulate", "--list-bugs").isFine().lines())
        .hasSameSizeAs(Bug.values())
        .anyMatch(line -> line.startsWith("colo-06 ") && line.contains("own writes"));
    assertThat(cli.run("simulate", "--list-bugs", "--json").isFine().jsonLines())
        .extracting(bug -> bug.get("bug").asText())
        .contains("colo-01", "stale-page");
    assertThat(cli.run("simulate", "--list-bugs", "--json").isFine().jsonLines())
        .filteredOn(bug -> bug.get("bug").asText().equals("firmware-reset"))
        .extracting(bug -> bug.get("protocols").toString())
        .containsExactly("[\"return-path\"]");
  }

  @Test
  void whatCannotBeSimulatedIsRefused() {
    cli.run("simulate", "--bug", "colo-99").isRefused("no such bug", "colo-99", "--list-bugs");
    cli.run("simulate", "--bug", "colo-03", "--blocks", 1).isRefused("colo-03", "2");
    cli.run("simulate", "--ram", "lots").isRefused("lots", "64M");
    cli.run("simulate", "--ram", "4K").isRefused("RAM of 4096 bytes");
    cli.run("simulate", "--failover", "LOADED@9").isRefused("failover", "checkpoints");
    cli.run("simulate", "--failover", "GOODBYE@1").isRefused("GOODBYE@1", "READY@0");
    cli.run("simulate", "--pattern", "wild").isRefused("wild");
    cli.run("simulate", "--xbzrle", "--multifd").isRefused("multifd");
    cli.run("simulate", "--multifd=lzma").isRefused("lzma");
    cli.run("simulate", "--protocol", "xmpp").isRefused("xmpp");
    cli.run("simulate", "--protocol", "return-path", "--fill").isRefused("return-path", "fill");
    cli.run("simulate", "--protocol", "return-path", "--bug", "colo-13")
        .isRefused("colo-13", "enable-colo");
  }

  private static Object[] with(List<Object> args, Object... more) {
    Object[] all = Arrays.copyOf(args.toArray(), args.size() + more.length);
    System.arraycopy(more, 0, all, args.size(), more.length);
    return all;
  }
}
