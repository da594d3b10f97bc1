package org.colotape.analyzer.cli.frame;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.colotape.analyzer.cli.fixture.Cli;
import org.colotape.schema.broker.EmbeddedBroker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

class LogOptionsTest {
  @TempDir Path folder;

  @Test
  void homeIsTheOptionElseTheVariableElseInTheUsersHome() {
    Map<String, String> variable = Map.of("COLOTAPE_HOME", "/from/variable");
    assertThat(parse(variable, "--home", "/from/option").home()).hasToString("/from/option");
    assertThat(parse(variable).home()).hasToString("/from/variable");
    assertThat(parse(Map.of("HOME", "/users/me")).home())
        .hasToString("/users/me/.local/share/colotape");
    assertThat(parse(Map.of()).home())
        .isEqualTo(Path.of(System.getProperty("user.home"), ".local/share/colotape"));
    assertThat(parse(Map.of("COLOTAPE_HOME", "")).home()).isEqualTo(parse(Map.of()).home());
  }

  @Test
  void bootstrapServerChoosesACluster() throws IOException {
    String nobody;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      nobody = "127.0.0.1:" + free.getLocalPort();
    }
    cli().run("list", "--bootstrap-server", nobody).hasFailed("broker does not answer", nobody);
    assertThat(folder.resolve("home")).doesNotExist();
  }

  @Test
  void kafkaConfigChoosesAClusterAndBootstrapServerOverridesIt() throws IOException {
    Path home = folder.resolve("cluster");
    try (EmbeddedBroker cluster = EmbeddedBroker.open(home)) {
      Path right = home.resolve("broker").resolve("endpoint");
      Path wrong =
          Files.writeString(
              folder.resolve("wrong"),
              Files.readString(right).replace(cluster.bootstrapServers(), "127.0.0.1:1"));
      assertThat(cli().run("list", "--kafka-config", right).isFine().out())
          .isEqualTo("no recordings\n");
      cli()
          .run("list", "--kafka-config", wrong, "--bootstrap-server", cluster.bootstrapServers())
          .isFine();
    }
    assertThat(folder.resolve("home")).doesNotExist();
  }

  @Test
  void kafkaConfigWithoutAddressIsRefused() throws IOException {
    Path config = Files.writeString(folder.resolve("config"), "client.id=me\n");
    cli()
        .run("list", "--kafka-config", config)
        .hasFailed("lacks bootstrap.servers", "config", "--bootstrap-server");
  }

  @Test
  void anAddressThatIsNoneIsRefused() {
    cli().run("list", "--bootstrap-server", "nowhere").hasFailed("nowhere", "--bootstrap-server");
  }

  private Cli cli() {
    return new Cli(folder.resolve("home"));
  }

  private static LogOptions parse(Map<String, String> environment, String... args) {
    PrintWriter nowhere = new PrintWriter(new StringWriter());
    LogOptions options = new LogOptions(new Terminal(nowhere, nowhere, false, environment));
    new CommandLine(CommandSpec.create()).addMixin("log", options).parseArgs(args);
    return options;
  }
}
