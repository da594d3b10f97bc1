package org.colotape.recorder.qemu;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A QEMU monitor, spoken to in QMP (QEMU docs/interop/qmp-spec.rst). */
final class Monitor implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration START = Duration.ofSeconds(10);

  private final SocketChannel socket;
  private final BufferedReader answers;
  private final List<JsonNode> events = new ArrayList<>();

  private Monitor(SocketChannel socket) {
    this.socket = socket;
    this.answers = new BufferedReader(Channels.newReader(socket, StandardCharsets.UTF_8));
  }

  /** Connects as soon as QEMU has made the socket. */
  static Monitor connect(Path path) throws IOException, InterruptedException {
    Instant latest = Instant.now().plus(START);
    SocketChannel socket = null;
    while (socket == null) {
      try {
        socket = SocketChannel.open(UnixDomainSocketAddress.of(path));
      } catch (IOException e) {
        // QEMU makes the socket first, and listens then
        if (Instant.now().isAfter(latest)) {
          throw e;
        }
        Thread.sleep(20);
      }
    }
    Monitor monitor = new Monitor(socket);
    monitor.execute("qmp_capabilities", Map.of());
    return monitor;
  }

  /** Executes a command and gives what it returns. */
  JsonNode execute(String command, Map<String, ?> arguments) throws IOException {
    byte[] request = JSON.writeValueAsBytes(Map.of("execute", command, "arguments", arguments));
    ByteBuffer bytes = ByteBuffer.allocate(request.length + 1).put(request).put((byte) '\n').flip();
    while (bytes.hasRemaining()) {
      socket.write(bytes);
    }
    for (String line = answers.readLine(); line != null; line = answers.readLine()) {
      JsonNode answer = JSON.readTree(line);
      if (answer.has("return")) {
        return answer.get("return");
      }
      if (answer.has("event")) {
        events.add(answer);
      }
      if (answer.has("error")) {
        throw new IOException(command + ": " + answer.get("error").path("desc").asText());
      }
    }
    throw new EOFException("QEMU closed its monitor");
  }

  /** The events that came with answers so far (QEMU docs/interop/qmp-spec.rst). */
  List<JsonNode> events() {
    return events;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
