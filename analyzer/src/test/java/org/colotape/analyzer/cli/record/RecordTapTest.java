package org.colotape.analyzer.cli.record;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.colotape.analyzer.cli.fixture.Cli;
import org.colotape.analyzer.cli.fixture.Program;
import org.colotape.analyzer.cli.fixture.Streams;
import org.colotape.analyzer.cli.fixture.TapRun;
import org.colotape.schema.broker.EmbeddedBroker;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class RecordTapTest {
  private static final int CHECKPOINTS = 2;
  private static final int SIGTERM = 143;

  @TempDir static Path home;
  private static EmbeddedBroker broker;
  private final Cli cli = new Cli(home);

  @BeforeAll
  static void keepTheBrokerRunning() {
    broker = EmbeddedBroker.open(home);
  }

  @AfterAll
  static void stopTheBroker() {
    broker.close();
  }

  @Test
  void aMigrationThroughTheTapReachesTheSecondaryAndIsRecorded() throws Exception {
    byte[] stream = Streams.colo(CHECKPOINTS);
    try (ServerSocket secondary = listen()) {
      TapRun tap = TapRun.start(home, secondary.getLocalPort(), "--as", "tapped");
      try (Socket primary = new Socket(InetAddress.getLoopbackAddress(), tap.port());
          Socket arrived = secondary.accept()) {
        arrived.getOutputStream().write(Streams.answers(CHECKPOINTS));
        arrived.shutdownOutput();
        primary.getOutputStream().write(stream);
        primary.shutdownOutput();
        assertThat(arrived.getInputStream().readAllBytes()).isEqualTo(stream);
        assertThat(primary.getInputStream().readAllBytes()).isEqualTo(Streams.answers(CHECKPOINTS));
      }
      JsonNode summary = tap.end(0);
      assertThat(summary.get("sealed").asBoolean()).isTrue();
      assertThat(summary.get("end").asText()).isEqualTo("connection closed");
      assertThat(summary.get("lastCheckpoint").asInt()).isEqualTo(CHECKPOINTS);
      assertThat(summary.get("wireBytes").asLong())
          .isEqualTo(stream.length + Streams.answers(CHECKPOINTS).length);
    }
    assertThat(cli.run("replay", "tapped").isFine().out()).contains("checkpoint 2 (whole");
  }

  @Test
  void aMigrationThatBreaksOffIsRecordedUpToThere() throws Exception {
    byte[] stream = Streams.colo(CHECKPOINTS);
    try (ServerSocket secondary = listen()) {
      TapRun tap = TapRun.start(home, secondary.getLocalPort(), "--as", "broken");
      try (Socket primary = new Socket(InetAddress.getLoopbackAddress(), tap.port())) {
        Socket arrived = secondary.accept();
        primary.getOutputStream().write(stream, 0, stream.length - 100);
        assertThat(arrived.getInputStream().readNBytes(stream.length - 100))
            .hasSize(stream.length - 100);
        arrived.setSoLinger(true, 0);
        arrived.close();
        primary.setSoLinger(true, 0);
      }
      JsonNode summary = tap.end(0);
      assertThat(summary.get("sealed").asBoolean()).isTrue();
      assertThat(summary.get("wireBytes").asLong()).isEqualTo(stream.length - 100);
      assertThat(summary.get("lastCheckpoint").asInt()).isEqualTo(CHECKPOINTS - 1);
    }
  }

  @Test
  void aSecondaryThatIsNotThereIsTold() throws Exception {
    int nobody;
    TapRun tap;
    // bound, so that nobody else takes the port, but not listening
    try (Socket bound = new Socket()) {
      bound.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      nobody = bound.getLocalPort();
      tap = TapRun.start(home, nobody, "--as", "alone");
      try (Socket primary = new Socket(InetAddress.getLoopbackAddress(), tap.port())) {
        assertThat(primary.getInputStream().read()).isEqualTo(-1);
      }
    }
    tap.end(3);
    assertThat(tap.err())
        .contains("cannot reach the secondary", "127.0.0.1:" + nobody, "-incoming");
  }

  @Test
  void aTapThatWouldForwardToItselfIsRefused() throws Exception {
    int free;
    try (ServerSocket socket = listen()) {
      free = socket.getLocalPort();
    }
    cli.run("record", "--listen", "127.0.0.1:" + free, "--forward", "localhost:" + free)
        .hasFailed("forward to itself", "localhost:" + free, "secondary listens");
  }

  @Test
  void aPortThatIsTakenIsTold() throws Exception {
    try (ServerSocket taken = listen()) {
      cli.run("record", "--listen", "127.0.0.1:" + taken.getLocalPort(), "--forward", "127.0.0.1:1")
          .hasFailed("cannot listen", ":" + taken.getLocalPort(), "free port");
    }
  }

  @Test
  void aSignalSealsWhatWasRecorded() throws Exception {
    byte[] part = Arrays.copyOf(Streams.colo(CHECKPOINTS), 30_000);
    try (ServerSocket secondary = listen()) {
      List<String> command =
          Program.command(
              List.of(),
              "record",
              "--home",
              home,
              "--listen",
              "127.0.0.1:0",
              "--forward",
              "127.0.0.1:" + secondary.getLocalPort(),
              "--as",
              "signalled",
              "--json");
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      try (BufferedReader out = process.inputReader()) {
        String address = new ObjectMapper().readTree(out.readLine()).get("listening").asText();
        int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
        try (Socket primary = new Socket(InetAddress.getLoopbackAddress(), port);
            Socket arrived = secondary.accept()) {
          primary.getOutputStream().write(part);
          assertThat(arrived.getInputStream().readNBytes(part.length)).isEqualTo(part);
          process.toHandle().destroy(); // leaves its output open
          assertThat(endOf(arrived.getInputStream()).get()).isTrue();
        }
        JsonNode summary = new ObjectMapper().readTree(out.readLine());
        assertThat(summary.get("sealed").asBoolean()).isTrue();
        assertThat(summary.get("wireBytes").asLong()).isEqualTo(part.length);
        assertThat(process.waitFor()).isEqualTo(SIGTERM);
      } finally {
        process.destroyForcibly();
      }
    }
    assertThat(cli.run("list").isFine().out()).containsPattern("signalled +SEALED");
    assertThat(cli.run("show", "signalled", "--kind", "recording-end").isFine().out())
        .contains("not all read: the tap was closed");
  }

  /** Whether the stream ends, be it by a reset. */
  private static CompletableFuture<Boolean> endOf(InputStream in) {
    return CompletableFuture.supplyAsync(() -> {
      try {
        return in.read() < 0;
      } catch (IOException e) {
        return true;
      }
    });
  }

  private static ServerSocket listen() throws IOException {
    return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
  }
}
