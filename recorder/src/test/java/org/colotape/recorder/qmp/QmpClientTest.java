package org.colotape.recorder.qmp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.colotape.schema.ColotapeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
class QmpClientTest {
  @TempDir private Path folder;

  @Test
  void aCommandGivesWhatItReturnsAndEventsInBetweenAreKept() throws IOException {
    try (QmpClient client = client("{\"event\": \"STOP\"}\n{\"return\": {\"n\": 7}, \"id\": 2}")) {
      assertThat(client.execute("query-n", Map.of()).get("n").asInt()).isEqualTo(7);
      assertThat(client.events())
          .singleElement()
          .satisfies(event -> assertThat(event.get("event").asText()).isEqualTo("STOP"));
    }
  }

  @Test
  void aCommandThatQemuRefusesIsToldInItsWords() throws IOException {
    try (QmpClient client = client("{\"error\": {\"desc\": \"not now\"}, \"id\": 2}")) {
      assertThatThrownBy(() -> client.execute("stop", Map.of()))
          .isInstanceOf(ColotapeException.class)
          .hasMessageContaining("stop: not now");
    }
  }

  @Test
  void aQemuThatHangsIsNotWaitedForLongerThanStated() throws IOException {
    try (QmpClient client = client("{\"event\": \"RESUME\"}")) {
      assertThatThrownBy(() -> client.execute("stop", Map.of(), Duration.ofMillis(50)))
          .isInstanceOf(ColotapeException.class)
          .hasMessageContaining("no answer within");
    }
  }

  @Test
  void aQemuThatGoesAwayIsTold() throws IOException {
    try (QmpClient client = client("")) {
      assertThatThrownBy(() -> client.execute("quit", Map.of()))
          .isInstanceOf(ColotapeException.class)
          .hasMessageContaining("quit: QEMU closed its monitor");
    }
  }

  @Test
  void aMonitorThatIsNotThereIsToldWithAWayOut() {
    assertThatThrownBy(() -> QmpClient.connect(folder.resolve("none")))
        .isInstanceOf(ColotapeException.class)
        .hasMessageContaining("start QEMU with -qmp");
  }

  /** A client of a QEMU that says this to the first command; it goes away if that is nothing. */
  private QmpClient client(String answer) throws IOException {
    Path path = folder.resolve("qmp");
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(path));
    Thread.ofPlatform().daemon().start(() -> serve(server, answer));
    return QmpClient.connect(path);
  }

  private static void serve(ServerSocketChannel server, String answer) {
    try (server;
        SocketChannel client = server.accept();
        BufferedReader lines =
            new BufferedReader(Channels.newReader(client, StandardCharsets.UTF_8))) {
      say(client, "{\"QMP\": {}}");
      lines.readLine();
      say(client, "{\"return\": {}, \"id\": 1}");
      lines.readLine();
      if (!answer.isEmpty()) {
        say(client, answer);
        lines.readLine();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void say(SocketChannel client, String text) throws IOException {
    ByteBuffer bytes = StandardCharsets.UTF_8.encode(text + "\n");
    while (bytes.hasRemaining()) {
      client.write(bytes);
    }
  }
}
