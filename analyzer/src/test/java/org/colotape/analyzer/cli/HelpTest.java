package org.colotape.analyzer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.colotape.analyzer.cli.fixture.Cli;
import org.colotape.analyzer.cli.fixture.Program;
import org.colotape.analyzer.cli.fixture.Result;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HelpTest {
  private static final Pattern KAFKA = Pattern.compile(" (org\\.apache\\.)?kafka\\.");

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "record",
        "replay",
        "analyze",
        "verify",
        "simulate",
        "qualify",
        "list",
        "show",
        "delete",
        "export",
        "import"
      })
  void helpOfEachCommandHasTheCommonOptionsAndTheExitCodes(String command) {
    Result help = cli().run(command, "--help").isFine();
    assertThat(help.out())
        .startsWith("Usage: colotape " + command)
        .contains("--home", "--bootstrap-server", "--kafka-config", "--json", "--debug")
        .contains("COLOTAPE_HOME", "~/.local/share/colotape")
        .containsPattern("Exit codes:\n  0   .*\n  1   .*\n  2   .*\n  3   ")
        .contains("JSON: ");
    assertThat(help.lines()).allMatch(line -> line.length() <= 100);
  }

  @Test
  void helpListsTheCommands() {
    assertThat(cli().run("--help").isFine().out())
        .contains(
            "record",
            "replay",
            "analyze",
            "verify",
            "simulate",
            "qualify",
            "list",
            "show",
            "delete",
            "export",
            "import");
  }

  @Test
  void versionIsOneLine() {
    assertThat(cli().run("--version").isFine().lines())
        .singleElement()
        .asString()
        .startsWith("colotape ");
  }

  @Test
  void helpMakesNoHome() {
    cli().run("list", "--help").isFine();
    assertThat(folder.resolve("home")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"--help", "--version", "record --help", "show --help"})
  void helpLoadsNoKafka(String args) throws IOException, InterruptedException {
    Path log = folder.resolve("classes");
    List<String> jvm = List.of("-Xlog:class+load:file=" + log);
    Program.run(Program.command(jvm, (Object[]) args.split(" "))).isFine();
    List<String> loaded = Files.readAllLines(log);
    assertThat(loaded).anyMatch(line -> line.contains(" org.colotape.analyzer.cli.Colotape "));
    assertThat(loaded.stream().filter(KAFKA.asPredicate())).isEmpty();
  }

  @Test
  void noCommandIsRefused() {
    cli().run().isRefused("no command given", "'colotape --help'");
  }

  @Test
  void unknownCommandsAndOptionsAreRefused() {
    cli().run("rewind").isRefused("rewind", "'colotape --help'");
    cli().run("list", "--backwards").isRefused("--backwards", "'colotape list --help'");
    cli().run("replay").isRefused("RECORDING", "'colotape replay --help'");
  }

  @Test
  void optionsOfAllCommandsMayStandBeforeTheCommand() {
    assertThat(cli().run("--json", "list", "--help").isFine().out()).startsWith("Usage");
    cli()
        .run("--kafka-config", folder.resolve("none"), "list")
        .hasFailed("no such file", "none", "--kafka-config");
  }

  private Cli cli() {
    return new Cli(folder.resolve("home"));
  }
}
