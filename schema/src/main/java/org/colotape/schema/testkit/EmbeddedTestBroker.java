package org.colotape.schema.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.broker.EmbeddedBroker;

/** A broker in this process, with a home of its own. */
final class EmbeddedTestBroker implements TestBroker {
  private final Path home;
  private final EmbeddedBroker broker;

  private EmbeddedTestBroker(Path home, EmbeddedBroker broker) {
    this.home = home;
    this.broker = broker;
  }

  static EmbeddedTestBroker start() {
    Path home;
    try {
      home = Files.createTempDirectory("colotape-kafka-");
    } catch (IOException e) {
      throw failed(Path.of(System.getProperty("java.io.tmpdir")), e);
    }
    try {
      return new EmbeddedTestBroker(home, EmbeddedBroker.open(home));
    } catch (RuntimeException e) {
      delete(home);
      throw e;
    }
  }

  @Override
  public String bootstrapServers() {
    return broker.bootstrapServers();
  }

  @Override
  public Map<String, Object> clientProperties() {
    return broker.clientProperties();
  }

  @Override
  public void close() {
    broker.close();
    delete(home);
  }

  private static void delete(Path home) {
    try (Stream<Path> files = Files.walk(home)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw failed(home, e);
    }
  }

  private static ColotapeException failed(Path folder, IOException cause) {
    return new ColotapeException(
        "cannot make or delete a home: " + cause.getMessage(),
        folder.toString(),
        "check its rights and its disk",
        cause);
  }
}
