package org.colotape.schema.kafka;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.kafka.common.utils.Utils;
import org.colotape.schema.broker.EmbeddedBroker;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** An embedded broker for all tests of a class. */
@SuppressWarnings("NullAway.Init") // beforeAll comes first
final class EmbeddedKafka implements BeforeAllCallback, AfterAllCallback {
  private Path home;
  private EmbeddedBroker broker;

  String bootstrapServers() {
    return broker.bootstrapServers();
  }

  @Override
  public void beforeAll(ExtensionContext context) throws IOException {
    home = Files.createTempDirectory("colotape");
    broker = EmbeddedBroker.open(home);
  }

  @Override
  public void afterAll(ExtensionContext context) throws IOException {
    broker.close();
    Utils.delete(home.toFile());
  }
}
