package org.colotape.analyzer.cli.record;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
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
import org.colotape.schema.event.Event;
import org.colotape.schema.tape.TapeSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is left of a recorder that was killed, and what becomes of it. */
@Timeout(120)
class KilledRecorderTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(ints = {20_000, 6 << 20})
  void aKilledRecorderIsResumedWithAllThatTheSecondaryReceived(int received) throws Exception {
    byte[] stream = received < 1 << 20 ? Streams.colo(3) : Streams.noise(2 * received);
    byte[] arrived = recordAndKill(stream, received);

    Cli cli = new Cli(folder.resolve("home"));
    assertThat(cli.run("list").isFine().out()).containsPattern("killed +OPEN");
    assertThat(cli.run("show", "killed", "--limit", 1).isFine().lines()).isNotEmpty();
    Result result = cli.run("record", "--resume", "--json");
    boolean mayBeWhole = received < 1 << 20; // a checkpoint was, when the recorder was killed
    JsonNode resumed =
        (mayBeWhole && result.exitCode() == ExitCode.OK ? result : result.isDoubtful()).json();

    assertThat(resumed.get("sealed").asBoolean()).isTrue();
    assertThat(resumed.get("end").asText()).isEqualTo("the recorder was killed");
    byte[] recorded = recorded(cli);
    assertThat(recorded.length).isGreaterThanOrEqualTo(arrived.length);
    assertThat(recorded).isEqualTo(Arrays.copyOf(stream, recorded.length));
    assertThat(cli.run("list").isFine().out()).containsPattern("killed +SEALED");
    assertThat(folder.resolve("home/journal/killed")).doesNotExist();
    assertThat(folder.resolve("home/journal/~prepared-1"))
        .isDirectoryNotContaining("glob:**.segment");
    assertThat(cli.run("record", "--resume").isFine().out()).contains("nothing to resume");
  }

  @Test
  void aNameWithoutAJournalIsTold() {
    new Cli(folder.resolve("home"))
        .run("record", "--resume", "nobody")
        .hasFailed("no journal to resume", "nobody", "--home");
  }

  /** Gives the bytes that the secondary got. */
  private byte[] recordAndKill(byte[] stream, int atLeast) throws Exception {
    try (ServerSocket secondary = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      List<String> command =
          Program.command(
              List.of(),
              "record",
              "--json",
              "--home",
              folder.resolve("home"),
              "--listen",
              "127.0.0.1:0",
              "--forward",
              "127.0.0.1:" + secondary.getLocalPort(),
              "--journal-ready",
              "64",
              "--as",
              "killed");
      Process process = new ProcessBuilder(command).start();
      try (BufferedReader out = process.inputReader()) {
        String address = new ObjectMapper().readTree(out.readLine()).get("listening").asText();
        int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
        try (Socket primary = TapRun.primary(port, stream);
            Socket arrived = secondary.accept()) {
          CompletableFuture<Void> writing =
              CompletableFuture.runAsync(() -> writeUntilItBreaks(primary, stream));
          ByteArrayOutputStream got = new ByteArrayOutputStream();
          InputStream in = arrived.getInputStream();
          got.writeBytes(in.readNBytes(atLeast));
          process.destroyForcibly();
          readUntilItBreaks(in, got);
          writing.join();
          return got.toByteArray();
        }
      } finally {
        process.destroyForcibly();
        process.waitFor();
      }
    }
  }

  private byte[] recorded(Cli cli) {
    Path tape = folder.resolve("x.tape");
    cli.run("export", "killed", tape).isFine();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TapeSource source = TapeSource.open(tape)) {
      for (Event event : source) {
        byte[] wire = new byte[event.getWire().remaining()];
        event.getWire().duplicate().get(wire);
        bytes.writeBytes(wire);
      }
    }
    return bytes.toByteArray();
  }

  private static void writeUntilItBreaks(Socket socket, byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes, TapRun.SAID, bytes.length - TapRun.SAID);
    } catch (IOException e) {
      // the recorder was killed
    }
  }

  private static void readUntilItBreaks(InputStream in, ByteArrayOutputStream to) {
    try {
      byte[] chunk = new byte[1 << 16];
      for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
        to.write(chunk, 0, read);
      }
    } catch (IOException e) {
      // the recorder was killed
    }
  }
}
