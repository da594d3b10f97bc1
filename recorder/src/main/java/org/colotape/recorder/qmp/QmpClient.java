package org.colotape.recorder.qmp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.colotape.schema.ColotapeException;
import org.jspecify.annotations.Nullable;

/**
 * A QEMU's monitor, spoken to in QMP (QEMU docs/interop/qmp-spec.rst). Every command has a time: a
 * QEMU that hangs must not hang who asks it. Safe for several threads.
 */
public final class QmpClient implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Path path;
  private final SocketChannel socket;
  private final Map<Integer, @Nullable JsonNode> answers = new HashMap<>();
  private final List<JsonNode> events = new ArrayList<>();
  private int lastId;
  private boolean greeted;
  private boolean ended;

  private QmpClient(Path path, SocketChannel socket) {
    this.path = path;
    this.socket = socket;
    Thread.ofPlatform().name("colotape-qmp").daemon().start(this::listen);
  }

  /**
   * Connects to a monitor, and is ready for commands then.
   *
   * @param path of the unix socket on which QEMU's monitor listens
   * @throws ColotapeException if there is none, or it serves someone else
   */
  public static QmpClient connect(Path path) {
    SocketChannel socket;
    try {
      socket = SocketChannel.open(UnixDomainSocketAddress.of(path));
    } catch (IOException | IllegalArgumentException e) {
      throw new ColotapeException(
          "cannot reach QEMU's monitor: " + e.getMessage(),
          path.toString(),
          "start QEMU with -qmp unix:PATH,server=on,wait=off",
          e);
    }
    QmpClient client = new QmpClient(path, socket);
    try {
      client.awaitGreeting();
      client.execute("qmp_capabilities", Map.of());
      return client;
    } catch (ColotapeException e) {
      client.close();
      throw e;
    }
  }

  /** Executes a command and gives what it returns. */
  public JsonNode execute(String command, Map<String, ?> arguments) {
    return execute(command, arguments, PATIENCE);
  }

  /**
   * Executes a command and gives what it returns.
   *
   * @param most longest time to wait for it
   * @throws ColotapeException if QEMU refuses the command, takes longer, or is gone
   */
  public JsonNode execute(String command, Map<String, ?> arguments, Duration most) {
    JsonNode answer = answer(command, arguments, most);
    if (answer.has("error")) {
      throw failure(command, words(answer));
    }
    return answer.path("return");
  }

  /**
   * Executes a command that QEMU may refuse.
   *
   * @return QEMU's own words if it did; null if the command was executed
   * @throws ColotapeException if QEMU does not answer, or is gone
   */
  public @Nullable String refusal(String command, Map<String, ?> arguments) {
    JsonNode answer = answer(command, arguments, PATIENCE);
    return answer.has("error") ? words(answer) : null;
  }

  private static String words(JsonNode answer) {
    return answer.get("error").path("desc").asText();
  }

  private synchronized JsonNode answer(String command, Map<String, ?> arguments, Duration most) {
    int id = ++lastId;
    answers.put(id, null);
    try {
      byte[] request =
          JSON.writeValueAsBytes(Map.of("execute", command, "arguments", arguments, "id", id));
      ByteBuffer bytes = ByteBuffer.allocate(request.length + 1).put(request).put((byte) '\n');
      bytes.flip();
      while (bytes.hasRemaining()) {
        socket.write(bytes);
      }
      await(() -> answers.get(id) != null, most);
      JsonNode answer = answers.get(id);
      if (answer == null) {
        throw failure(command, ended ? "QEMU closed its monitor" : "no answer within " + most);
      }
      return answer;
    } catch (IOException e) {
      throw failure(command, String.valueOf(e.getMessage()));
    } finally {
      answers.remove(id);
    }
  }

  /** Executes a command of the human monitor, and gives what it prints. */
  public String human(String command) {
    return execute("human-monitor-command", Map.of("command-line", command)).asText();
  }

  /** The events that came so far. */
  public synchronized List<JsonNode> events() {
    return List.copyOf(events);
  }

  private ColotapeException failure(String command, String why) {
    return new ColotapeException(
        "QEMU's monitor: " + command + ": " + why, path.toString(), "see what QEMU itself says");
  }

  private synchronized void awaitGreeting() {
    await(() -> greeted, PATIENCE);
    if (!greeted) {
      throw failure("greeting", "it does not come; a monitor serves one client at a time");
    }
  }

  /** Waits until something has come, QEMU has gone, or the time is over. */
  private synchronized void await(BooleanSupplier until, Duration most) {
    long deadline = System.nanoTime() + most.toNanos();
    try {
      for (long left = most.toMillis(); !until.getAsBoolean() && !ended && left > 0; ) {
        wait(left);
        left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void listen() {
    try (BufferedReader lines =
        new BufferedReader(Channels.newReader(socket, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        take(JSON.readTree(line));
      }
    } catch (IOException e) {
      // QEMU is gone, or close() was called: those who wait are told
    } finally {
      end();
    }
  }

  private synchronized void take(JsonNode message) {
    if (message.has("event")) {
      events.add(message);
    } else if (message.has("QMP")) {
      greeted = true;
    } else if (answers.containsKey(message.path("id").asInt())) {
      answers.put(message.path("id").asInt(), message);
    }
    notifyAll();
  }

  private synchronized void end() {
    ended = true;
    notifyAll();
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // nothing was to be said any more
    }
  }
}
