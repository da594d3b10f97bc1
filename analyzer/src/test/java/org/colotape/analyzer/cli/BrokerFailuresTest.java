package org.colotape.analyzer.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.colotape.analyzer.cli.fixture.Cli;
import org.colotape.analyzer.cli.fixture.Program;
import org.colotape.analyzer.cli.fixture.Result;
import org.colotape.analyzer.cli.fixture.Streams;
import org.colotape.analyzer.cli.fixture.TapRun;
import org.colotape.schema.broker.EmbeddedBroker;
import org.colotape.schema.layout.Topics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class BrokerFailuresTest {
  @TempDir Path folder;

  @Test
  void aBrokerThatIsAwayAtTheStartIsTold() throws IOException {
    String nobody;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      nobody = "127.0.0.1:" + free.getLocalPort();
    }
    Path config =
        Files.writeString(
            folder.resolve("config"), "default.api.timeout.ms=2000\nrequest.timeout.ms=1000\n");
    Path stream = Streams.write(folder.resolve("p2s"), Streams.colo(1));
    Object[] where = {"--bootstrap-server", nobody, "--kafka-config", config};
    for (Object[] command :
        List.of(
            new Object[] {"list"},
            new Object[] {"replay", "x"},
            new Object[] {"record", "--from-file", stream})) {
      cli()
          .run(concat(command, where))
          .hasFailed("broker does not answer", nobody, "check that it runs");
    }
  }

  @Test
  void aBrokerThatIsLostInTheMiddleIsToldAndLeavesWhatItHadReadable() throws Exception {
    Path cluster = folder.resolve("cluster");
    byte[] stream = Streams.colo(3);
    int part = stream.length / 2;
    EmbeddedBroker broker = EmbeddedBroker.open(cluster);
    Path config =
        Files.writeString(
            folder.resolve("config"),
            """
            delivery.timeout.ms=3000
            request.timeout.ms=1000
            max.block.ms=3000
            default.api.timeout.ms=3000
            """
                + Files.readString(endpoint(cluster)));
    try (ServerSocket secondary = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      TapRun tap =
          TapRun.start(
              folder.resolve("home"),
              secondary.getLocalPort(),
              "--as",
              "half",
              "--kafka-config",
              config);
      try (Socket primary = TapRun.primary(tap.port(), stream);
          Socket arrived = secondary.accept()) {
        primary.getOutputStream().write(stream, TapRun.SAID, part - TapRun.SAID);
        assertThat(arrived.getInputStream().readNBytes(part)).hasSize(part);
        TimeUnit.SECONDS.sleep(1); // until the broker has it
        broker.close();
        primary.getOutputStream().write(stream, part, stream.length - part);
        // the migration goes on without the recorder
        assertThat(arrived.getInputStream().readNBytes(stream.length - part))
            .hasSize(stream.length - part);
        primary.shutdownOutput();
        arrived.shutdownOutput();
      }
      JsonNode summary = tap.end(3);
      assertThat(summary.get("sealed").asBoolean()).isFalse();
      assertThat(tap.err().lines()).hasSize(2);
      assertThat(tap.err())
          .contains("what comes waits in the journal until the broker is back")
          .contains("broker does not answer", "record --resume half");
    }
    Cli later = new Cli(cluster);
    assertThat(later.run("list").isFine().out()).containsPattern("half +(OPEN|FAILED)");
    assertThat(later.run("show", "half", "--limit", 20).isFine().lines()).hasSize(21);
    assertThat(later.run("replay", "half").isFine().out()).contains("half at checkpoint ");

    try (EmbeddedBroker _ = EmbeddedBroker.open(cluster)) {
      JsonNode resumed =
          cli()
              .run("record", "--resume", "half", "--json", "--kafka-config", endpoint(cluster))
              .isFine()
              .json();
      assertThat(resumed.get("sealed").asBoolean()).isTrue();
      assertThat(resumed.get("wireBytes").asLong()).isEqualTo(stream.length);
      assertThat(resumed.get("end").asText()).isEqualTo("connection closed");
    }
    assertThat(later.run("list").isFine().out()).containsPattern("half +SEALED");
    assertThat(later.run("show", "half", "--kind", "checkpoint-sealed").isFine().lines())
        .hasSize(5); // a head, and one a checkpoint
  }

  @Test
  void aBrokerThatHangsHoldsNoMigrationUpAndGetsAllLater() throws Exception {
    Path home = folder.resolve("home");
    byte[] stream = Streams.noise(24 << 20);
    List<String> command =
        Program.command(
            List.of(),
            "record",
            "--json",
            "--home",
            home,
            "--listen",
            "127.0.0.1:0",
            "--forward",
            "127.0.0.1:1",
            "--journal-ready",
            "0",
            "--as",
            "keeps-the-broker");
    Process owner = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (ServerSocket secondary = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        BufferedReader out = owner.inputReader()) {
      assertThat(out.readLine()).contains("listening");
      TapRun tap = TapRun.start(home, secondary.getLocalPort(), "--as", "patient");
      signal("STOP", owner);
      try (Socket primary = TapRun.primary(tap.port(), stream);
          Socket arrived = secondary.accept()) {
        CompletableFuture<byte[]> reading = readAll(arrived);
        primary.getOutputStream().write(stream, TapRun.SAID, stream.length - TapRun.SAID);
        primary.shutdownOutput();
        assertThat(reading.get(20, TimeUnit.SECONDS)).isEqualTo(stream);
        arrived.shutdownOutput();
      }
      assertThat(home.resolve("journal").resolve("patient")).isDirectory();
      signal("CONT", owner);
      JsonNode summary = tap.end(0);
      assertThat(summary.get("sealed").asBoolean()).isTrue();
      assertThat(summary.get("wireBytes").asLong()).isEqualTo(stream.length);
      assertThat(home.resolve("journal").resolve("patient")).doesNotExist();
    } finally {
      signal("CONT", owner);
      owner.destroyForcibly();
      owner.waitFor();
    }
  }

  @Test
  void aTapToldToStopEndsSoonWhoeverHangsAndItsJournalIsFinishedLater() throws Exception {
    Path home = folder.resolve("home");
    byte[] stream = Streams.noise(24 << 20);
    Process owner = tapOf(home, 1, "keeps-the-broker");
    try (ServerSocket secondary = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      listening(owner);
      Process tap = tapOf(home, secondary.getLocalPort(), "stopped");
      int port = listening(tap);
      signal("STOP", owner);
      try (Socket primary = TapRun.primary(port, stream);
          Socket arrived = secondary.accept()) {
        CompletableFuture<byte[]> reading = readAll(arrived);
        primary.getOutputStream().write(stream, TapRun.SAID, stream.length - TapRun.SAID);
        primary.shutdownOutput();
        assertThat(reading.get(20, TimeUnit.SECONDS)).isEqualTo(stream);
        long told = System.nanoTime();
        signal("TERM", tap);
        assertThat(tap.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(System.nanoTime() - told).isLessThan(TimeUnit.SECONDS.toNanos(10));
      } finally {
        tap.destroyForcibly();
      }
      signal("CONT", owner);
      JsonNode resumed =
          cli().run("record", "--resume", "stopped", "--json").jsonLines().getFirst();
      assertThat(resumed.get("sealed").asBoolean()).isTrue();
      assertThat(resumed.get("wireBytes").asLong()).isEqualTo(stream.length);
    } finally {
      signal("CONT", owner);
      owner.destroyForcibly();
      owner.waitFor();
    }
  }

  @Test
  void aTapThatKeepsListeningTellsAtOnceOfABrokerThatDiesAndRunsItItselfThen() throws Exception {
    Path home = folder.resolve("home");
    byte[] stream = Streams.colo(2);
    Process owner = tapOf(home, 1, "keeps-the-broker");
    try (ServerSocket secondary = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      listening(owner);
      Process tap = tapOf(home, secondary.getLocalPort(), "service", "--keep-listening");
      int port = listening(tap);
      try (BufferedReader told = tap.inputReader()) {
        try (Socket primary = TapRun.primary(port, stream);
            Socket arrived = secondary.accept()) {
          finish(primary, arrived, stream);
        }
        assertThat(told.readLine()).contains("\"recording\":\"service-1\"", "\"sealed\":true");

        owner.destroyForcibly();
        owner.waitFor();
        assertThat(told.readLine())
            .startsWith("colotape: ")
            .contains("what comes waits in the journal until the broker is back");
        try (Socket primary = TapRun.primary(port, stream);
            Socket arrived = secondary.accept()) {
          finish(primary, arrived, stream);
        }
        assertThat(told.readLine()).contains("the broker is back");
        assertThat(told.readLine())
            .contains("\"recording\":\"service-2\"", "\"sealed\":true")
            .contains("\"wireBytes\":" + (stream.length + Streams.answers(2).length));
        assertThat(cli().run("list").isFine().out()).containsPattern("service-2 +SEALED");
      } finally {
        tap.destroyForcibly();
        tap.waitFor();
      }
    } finally {
      owner.destroyForcibly();
      owner.waitFor();
    }
  }

  @Test
  void whoRunsABrokerThatATapUsesLeavesItAndTheTapGoesOn() throws Exception {
    Path home = folder.resolve("home");
    byte[] stream = Streams.colo(2);
    try (ServerSocket secondary = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Process tap;
      try (EmbeddedBroker _ = EmbeddedBroker.open(home)) {
        tap = tapOf(home, secondary.getLocalPort(), "heir");
        int port = listening(tap);
        try (Socket primary = TapRun.primary(port, stream);
            Socket arrived = secondary.accept()) {
          cli().run("list").isFine();
          finish(primary, arrived, stream);
        }
      }
      try (BufferedReader out = tap.inputReader()) {
        assertThat(out.lines().filter(line -> line.startsWith("{")).toList())
            .singleElement()
            .asString()
            .contains("\"sealed\":true");
        assertThat(tap.waitFor()).isZero();
      } finally {
        tap.destroyForcibly();
      }
    }
    assertThat(cli().run("list").isFine().out()).containsPattern("heir +SEALED");
  }

  private static void finish(Socket primary, Socket arrived, byte[] stream) throws IOException {
    arrived.getOutputStream().write(Streams.answers(2));
    arrived.shutdownOutput();
    primary.getOutputStream().write(stream, TapRun.SAID, stream.length - TapRun.SAID);
    primary.shutdownOutput();
    assertThat(arrived.getInputStream().readAllBytes()).isEqualTo(stream);
  }

  private static Process tapOf(Path home, int secondary, String name, String... options)
      throws IOException {
    List<String> command =
        new ArrayList<>(
            Program.command(
                List.of(),
                "record",
                "--json",
                "--home",
                home,
                "--listen",
                "127.0.0.1:0",
                "--forward",
                "127.0.0.1:" + secondary,
                "--journal-ready",
                "0",
                "--as",
                name));
    command.addAll(List.of(options));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  /** Waits until a tap listens, and gives its port. */
  private static int listening(Process tap) throws IOException {
    String line = tap.inputReader().readLine();
    assertThat(line).contains("listening");
    return Integer.parseInt(line.replaceAll("\\D+$", "").replaceAll(".*:", ""));
  }

  private static CompletableFuture<byte[]> readAll(Socket socket) {
    return CompletableFuture.supplyAsync(() -> {
      try {
        return socket.getInputStream().readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    });
  }

  private static void signal(String name, Process process) throws Exception {
    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
  }

  @Test
  void twoProcessesShareAHome() throws Exception {
    Path home = folder.resolve("home");
    Path stream = Streams.write(folder.resolve("p2s"), Streams.colo(1));
    try (EmbeddedBroker _ = EmbeddedBroker.open(home)) {
      Result other =
          Program.run(
              Program.command(
                  List.of(), "record", "--home", home, "--from-file", stream, "--as", "other"));
      other.isFine();
      assertThat(cli().run("list").isFine().out()).containsPattern("other +SEALED");
    }
  }

  @Test
  void aHomeThatCannotBeUsedIsTold() {
    Path file = Streams.write(folder.resolve("file"), new byte[1]);
    cli().run("list", "--home", file).hasFailed("cannot use home", file.toString(), "--home");
  }

  @Test
  void aRecordingOfANewerVersionIsListedAndTold() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.open(folder.resolve("home"))) {
      cli()
          .run("record", "--from-file", Streams.write(folder.resolve("p2s"), Streams.colo(1)))
          .isFine();
      putCatalogueEntry(broker, "future", new byte[] {(byte) 0xC3, 1, 9, 9, 9, 9, 9, 9, 9, 9, 0});
      assertThat(cli().run("list").isFine().out())
          .containsPattern("future +UNKNOWN .*newer schema");
      cli().run("replay", "future").hasFailed("newer schema", "future");
    }
  }

  @Test
  void aFullDiskIsToldAndLeavesWhatItHadReadable() throws Exception {
    Path mount = Files.createDirectory(folder.resolve("small"));
    assumeTrue(
        unshared(mount, List.of("true")).exitCode() == 0,
        "can't mount a small file system in a namespace of its own");
    // more than fits, and than a producer holds in its buffer
    Path stream = Streams.write(folder.resolve("p2s"), Streams.noise(110 << 20));
    List<String> record =
        Program.command(
            List.of(), "record", "--home", mount, "--from-file", stream, "--as", "full");
    List<String> list = Program.command(List.of(), "list", "--home", mount);
    List<String> show = Program.command(List.of(), "show", "full", "--limit", 9, "--home", mount);
    Result result =
        unshared(
            mount,
            List.of(
                "sh",
                "-c",
                shell(record) + "; echo code $?; " + shell(list) + " && " + shell(show)));
    assertThat(result.err().lines()).hasSize(1);
    assertThat(result.err())
        .startsWith("colotape: disk is full")
        .contains("free some space", "--home");
    assertThat(result.lines()).contains("code 3").anyMatch(line -> line.matches("full +FAILED .*"));
    assertThat(result.out()).contains("STREAM_HEADER");
    assertThat(result.exitCode()).isZero();
  }

  /** Runs a command where a small file system is mounted, which goes with it. */
  private static Result unshared(Path mount, List<String> command) throws Exception {
    List<String> whole = new ArrayList<>();
    whole.addAll(List.of("unshare", "--user", "--map-root-user", "--mount", "sh", "-c"));
    whole.add(
        "mount -t tmpfs -o mode=700,size=150m none " + mount + " || exit 9; " + shell(command));
    try {
      return Program.run(whole);
    } catch (IOException e) {
      return new Result(-1, "", "no unshare");
    }
  }

  private static String shell(List<String> command) {
    StringBuilder line = new StringBuilder();
    command.forEach(word -> line.append(" '").append(word.replace("'", "'\\''")).append('\''));
    return line.toString();
  }

  private static void putCatalogueEntry(EmbeddedBroker broker, String name, byte[] entry)
      throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            broker.clientProperties(), new ByteArraySerializer(), new ByteArraySerializer())) {
      producer
          .send(
              new ProducerRecord<>(Topics.CATALOGUE, name.getBytes(StandardCharsets.UTF_8), entry))
          .get();
    }
  }

  /** The embedded broker's own configuration for clients. */
  private static Path endpoint(Path home) {
    return home.resolve("broker").resolve("endpoint");
  }

  private static Object[] concat(Object[] command, Object[] options) {
    Object[] all = Arrays.copyOf(command, command.length + options.length);
    System.arraycopy(options, 0, all, command.length, options.length);
    return all;
  }

  private Cli cli() {
    return new Cli(folder.resolve("home"));
  }
}
