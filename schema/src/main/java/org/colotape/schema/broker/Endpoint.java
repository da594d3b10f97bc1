package org.colotape.schema.broker;

import java.io.IOException;
import java.io.StringReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.CommonClientConfigs;
import org.colotape.schema.ColotapeException;
import org.jspecify.annotations.Nullable;

/**
 * Where the broker of a home listens, and how to log in, as its owner tells it to other processes
 * of the same user: a file that nobody else can read, in the form that Kafka's own tools take.
 *
 * @param port TCP port on the loopback interface
 * @param pid process that runs the broker
 * @param login how to log in; null if the broker asks for none, as those of older versions did
 */
record Endpoint(int port, long pid, @Nullable HomeLogin login) {
  private static final int CONNECT_MILLIS = 1000;
  private static final String PID = "colotape.pid";
  private static final Pattern ADDRESS = Pattern.compile("127\\.0\\.0\\.1:(\\d{1,5})");
  private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");

  /** What the file held before a login was asked for: address and process, a line each. */
  private static final Pattern OLD =
      Pattern.compile(ADDRESS.pattern() + "\\R(" + NUMBER.pattern() + ")\\R?");

  /** The file that holds the endpoint of the broker in a folder. */
  static Path file(Path folder) {
    return folder.resolve("endpoint");
  }

  String bootstrapServers() {
    return InetAddress.getLoopbackAddress().getHostAddress() + ":" + port;
  }

  /** What a client needs to use the broker. */
  Map<String, Object> clientProperties() {
    Map<String, Object> properties = new HashMap<>();
    properties.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers());
    if (login != null) {
      properties.putAll(login.forClients());
    }
    return Map.copyOf(properties);
  }

  /** True if something listens there; the file may be left over from an owner that was killed. */
  boolean answers() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Writes the endpoint so that a reader sees all of it or nothing, and nobody else can read. */
  void write(Path file) throws IOException {
    Map<String, String> properties = new TreeMap<>();
    properties.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers());
    properties.put(PID, Long.toString(pid));
    if (login != null) {
      properties.putAll(login.asText());
    }
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    SecretFile.write(
        fresh,
        properties.entrySet().stream()
            .map(property -> property.getKey() + "=" + property.getValue() + "\n")
            .collect(Collectors.joining()));
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /**
   * The endpoint in the file, or null if there is none.
   *
   * @throws ColotapeException if others can read or write it, or if it does not say how to log in
   */
  static @Nullable Endpoint read(Path file) throws IOException {
    String text;
    try {
      text = Files.readString(file);
      Matcher old = OLD.matcher(text);
      if (old.matches()) {
        return new Endpoint(Integer.parseInt(old.group(1)), Long.parseLong(old.group(2)), null);
      }
      SecretFile.check(file);
    } catch (NoSuchFileException e) {
      return null;
    } catch (AccessDeniedException e) {
      SecretFile.check(file);
      throw e;
    }
    Map<String, String> properties = parse(text);
    HomeLogin login = HomeLogin.of(properties);
    Matcher address =
        ADDRESS.matcher(properties.getOrDefault(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, ""));
    String pid = properties.getOrDefault(PID, "");
    if (login == null || !address.matches() || !NUMBER.matcher(pid).matches()) {
      throw new ColotapeException(
          "the file does not say how to log in to the home's broker: it is damaged, or of another"
              + " version of Colotape",
          file.toString(),
          "end the command that uses the home, and run again: the next one writes it anew");
    }
    return new Endpoint(Integer.parseInt(address.group(1)), Long.parseLong(pid), login);
  }

  private static Map<String, String> parse(String text) throws IOException {
    Properties properties = new Properties();
    try {
      properties.load(new StringReader(text));
    } catch (IllegalArgumentException e) {
      return Map.of();
    }
    Map<String, String> parsed = new HashMap<>();
    properties.forEach((key, value) -> parsed.put(key.toString(), value.toString()));
    return parsed;
  }
}
