package org.colotape.analyzer.cli.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.colotape.analyzer.cli.fixture.Cli;
import org.colotape.analyzer.cli.fixture.Program;
import org.colotape.analyzer.cli.fixture.Result;
import org.colotape.analyzer.cli.fixture.Streams;
import org.colotape.analyzer.cli.fixture.TapRun;
import org.colotape.analyzer.cli.frame.ExitCode;
import org.colotape.recorder.fixture.MultifdStreamBuilder;
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
      try (Socket primary = TapRun.primary(tap.port(), stream);
          Socket arrived = secondary.accept()) {
        arrived.getOutputStream().write(Streams.answers(CHECKPOINTS));
        arrived.shutdownOutput();
        primary.getOutputStream().write(stream, TapRun.SAID, stream.length - TapRun.SAID);
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
  void aRecordingOfColoWithoutAWholeCheckpointIsDoubtful() throws Exception {
    TapRun tap = carry("no-checkpoint", Streams.colo(0), Streams.answers(0));

    tap.end(ExitCode.UNDECIDED);
    assertThat(tap.err()).contains("no-checkpoint is doubtful", "no whole checkpoint of COLO");
  }

  @Test
  void aRecordingOfBytesThatCouldNotBeParsedIsDoubtful() throws Exception {
    byte[] stream = Streams.colo(CHECKPOINTS);
    Arrays.fill(stream, 40, 60, (byte) 0xee);
    TapRun tap = carry("damaged", stream, Streams.answers(CHECKPOINTS));

    tap.end(ExitCode.UNDECIDED);
    assertThat(tap.err()).contains("damaged is doubtful", "could not be parsed", "offset ");
  }

  @Test
  void aRecordingThatIsBeingRecordedIsNotDeleted() throws Exception {
    byte[] stream = Streams.colo(CHECKPOINTS);
    try (ServerSocket secondary = listen()) {
      TapRun tap = TapRun.start(home, secondary.getLocalPort(), "--as", "busy");
      try (Socket primary = TapRun.primary(tap.port(), stream);
          Socket arrived = secondary.accept()) {
        cli.run("delete", "busy").hasFailed("is being recorded", "busy", "end its recorder first");

        arrived.getOutputStream().write(Streams.answers(CHECKPOINTS));
        arrived.shutdownOutput();
        primary.getOutputStream().write(stream, TapRun.SAID, stream.length - TapRun.SAID);
        primary.shutdownOutput();
        assertThat(arrived.getInputStream().readAllBytes()).isEqualTo(stream);
      }
      assertThat(tap.end(0).get("sealed").asBoolean()).isTrue();
    }
    cli.run("delete", "busy").isFine();
  }

  private static TapRun carry(String name, byte[] stream, byte[] answers) throws IOException {
    try (ServerSocket secondary = listen()) {
      TapRun tap = TapRun.start(home, secondary.getLocalPort(), "--as", name);
      try (Socket primary = TapRun.primary(tap.port(), stream);
          Socket arrived = secondary.accept()) {
        arrived.getOutputStream().write(answers);
        arrived.shutdownOutput();
        primary.getOutputStream().write(stream, TapRun.SAID, stream.length - TapRun.SAID);
        primary.shutdownOutput();
        assertThat(arrived.getInputStream().readAllBytes()).isEqualTo(stream);
      }
      return tap;
    }
  }

  @Test
  void aMigrationThatBreaksOffIsRecordedUpToThere() throws Exception {
    byte[] stream = Streams.colo(CHECKPOINTS);
    try (ServerSocket secondary = listen()) {
      TapRun tap = TapRun.start(home, secondary.getLocalPort(), "--as", "broken");
      try (Socket primary = TapRun.primary(tap.port(), stream)) {
        Socket arrived = secondary.accept();
        primary.getOutputStream().write(stream, TapRun.SAID, stream.length - 100 - TapRun.SAID);
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
      try (Socket primary = TapRun.primary(tap.port(), Streams.colo(1))) {
        assertThat(primary.getInputStream().read()).isEqualTo(-1);
      }
    }
    tap.end(3);
    assertThat(tap.err())
        .contains("cannot reach the secondary", "127.0.0.1:" + nobody, "-incoming");
  }

  @Test
  void severalMigrationsInARowAreSeveralRecordings() throws Exception {
    byte[] stream = Streams.colo(1);
    byte[] channel = MultifdStreamBuilder.channel(1).bytes();
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
              "--journal-ready",
              "64",
              "--as",
              "row",
              "--keep-listening",
              "--json");
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      try (BufferedReader out = process.inputReader()) {
        String address = new ObjectMapper().readTree(out.readLine()).get("listening").asText();
        int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
        for (int n = 1; n <= 3; n++) {
          try (Socket primary = TapRun.primary(port, stream);
              Socket arrived = secondary.accept();
              Socket further = multifd(port, channel);
              Socket furtherArrived = secondary.accept()) {
            further.shutdownOutput();
            assertThat(furtherArrived.getInputStream().readAllBytes()).isEqualTo(channel);
            furtherArrived.shutdownOutput();
            assertThat(further.getInputStream().read()).isEqualTo(-1);
            primary.getOutputStream().write(stream, TapRun.SAID, stream.length - TapRun.SAID);
            primary.shutdownOutput();
            assertThat(arrived.getInputStream().readAllBytes()).isEqualTo(stream);
            arrived.shutdownOutput();
            assertThat(primary.getInputStream().read()).isEqualTo(-1);
          }
          JsonNode summary = new ObjectMapper().readTree(out.readLine());
          assertThat(summary.get("recording").asText()).isEqualTo("row-" + n);
          assertThat(summary.get("sealed").asBoolean()).isTrue();
          assertThat(summary.get("wireBytes").asLong()).isEqualTo(stream.length + channel.length);
        }
        process.toHandle().destroy();
        assertThat(process.waitFor()).isEqualTo(SIGTERM);
      } finally {
        process.destroyForcibly();
      }
    }
    assertThat(cli.run("list").isFine().out())
        .containsPattern("row-1 +SEALED(?s:.)*row-2 +SEALED(?s:.)*row-3 +SEALED")
        .doesNotContain("row-4");
  }

  private static Socket multifd(int port, byte[] channel) throws IOException {
    Socket further = new Socket(InetAddress.getLoopbackAddress(), port);
    further.getOutputStream().write(channel);
    return further;
  }

  @Test
  void aMigrationThroughUnixSocketsIsRecorded(@TempDir Path folder) throws Exception {
    byte[] stream = Streams.colo(1);
    UnixDomainSocketAddress in = UnixDomainSocketAddress.of(folder.resolve("in"));
    UnixDomainSocketAddress out = UnixDomainSocketAddress.of(folder.resolve("out"));
    try (ServerSocketChannel secondary =
        ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(out)) {
      CompletableFuture<Result> tap =
          CompletableFuture.supplyAsync(() ->
              cli.run(
                  "record",
                  "--listen",
                  "unix:" + in,
                  "--forward",
                  "unix:" + out,
                  "--journal-ready",
                  0,
                  "--as",
                  "ux"));
      while (!Files.exists(in.getPath())) {
        Thread.sleep(10);
      }
      try (SocketChannel primary = SocketChannel.open(in)) {
        primary.write(ByteBuffer.wrap(stream));
        primary.shutdownOutput();
        try (SocketChannel arrived = secondary.accept()) {
          assertThat(Channels.newInputStream(arrived).readAllBytes()).isEqualTo(stream);
        }
      }
      assertThat(tap.get().isFine().out()).contains("unix:" + in, "recorded ux");
    }
    assertThat(in.getPath()).doesNotExist();
  }

  @Test
  void eitherSideMayEndFirstAndTheOtherStillSpeaks() throws Exception {
    byte[] stream = Streams.colo(1);
    byte[] more = Streams.answers(1);
    for (boolean primaryFirst : new boolean[] {true, false}) {
      try (ServerSocket secondary = listen()) {
        TapRun tap = TapRun.start(home, secondary.getLocalPort(), "--as", "first-" + primaryFirst);
        try (Socket primary = TapRun.primary(tap.port(), stream);
            Socket arrived = secondary.accept()) {
          assertThat(arrived.getInputStream().readNBytes(TapRun.SAID)).hasSize(TapRun.SAID);
          Socket first = primaryFirst ? primary : arrived;
          Socket last = primaryFirst ? arrived : primary;
          first.shutdownOutput();
          assertThat(last.getInputStream().read()).isEqualTo(-1);
          last.getOutputStream().write(more);
          last.shutdownOutput();
          assertThat(first.getInputStream().readAllBytes()).isEqualTo(more);
        }
        assertThat(tap.end(ExitCode.UNDECIDED).get("wireBytes").asInt())
            .isEqualTo(TapRun.SAID + more.length);
      }
    }
  }

  @Test
  void aResetOfOneSideReachesTheOther() throws Exception {
    byte[] stream = Streams.colo(1);
    try (ServerSocket secondary = listen()) {
      TapRun tap = TapRun.start(home, secondary.getLocalPort(), "--as", "reset");
      try (Socket primary = TapRun.primary(tap.port(), stream);
          Socket arrived = secondary.accept()) {
        assertThat(arrived.getInputStream().readNBytes(TapRun.SAID)).hasSize(TapRun.SAID);
        reset(primary);
        assertThatThrownBy(() -> arrived.getInputStream().read())
            .isInstanceOf(IOException.class)
            .hasMessageContaining("reset");
      }
      assertThat(tap.end(ExitCode.UNDECIDED).get("end").asText()).contains("reset");
    }
  }

  @Test
  void aJournalAtItsLimitEndsTheRecordingAndNotTheMigration() throws Exception {
    byte[] stream = Streams.noise(4 << 20);
    try (ServerSocket secondary = listen()) {
      TapRun tap =
          TapRun.start(home, secondary.getLocalPort(), "--as", "limited", "--journal-limit", "1");
      try (Socket primary = TapRun.primary(tap.port(), stream);
          Socket arrived = secondary.accept()) {
        CompletableFuture<byte[]> reading = CompletableFuture.supplyAsync(() -> readAll(arrived));
        primary.getOutputStream().write(stream, TapRun.SAID, stream.length - TapRun.SAID);
        primary.shutdownOutput();
        assertThat(reading.get()).isEqualTo(stream);
        arrived.shutdownOutput();
      }
      JsonNode summary = tap.end(3);
      assertThat(summary.get("sealed").asBoolean()).isTrue();
      assertThat(summary.get("wireBytes").asInt()).isBetween(1 << 20, 2 << 20);
      assertThat(summary.get("end").asText()).contains("limit of 1048576 bytes");
    }
    assertThat(cli.run("show", "limited", "--kind", "recording-end").isFine().out())
        .contains("not all read: the journal could not be written");
  }

  private static void reset(Socket socket) throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  private static byte[] readAll(Socket socket) {
    try {
      return socket.getInputStream().readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
        try (Socket primary = TapRun.primary(port, part);
            Socket arrived = secondary.accept()) {
          primary.getOutputStream().write(part, TapRun.SAID, part.length - TapRun.SAID);
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
