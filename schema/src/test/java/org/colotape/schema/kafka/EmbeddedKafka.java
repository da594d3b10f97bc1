package org.colotape.schema.kafka;

import java.util.Map;
import org.colotape.schema.testkit.ColotapeKafka;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** An embedded broker for all tests of a class. */
@SuppressWarnings("NullAway.Init") // beforeAll comes first
final class EmbeddedKafka implements BeforeAllCallback, AfterAllCallback {
  private ColotapeKafka kafka;

  Map<String, Object> clientProperties() {
    return kafka.clientProperties();
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    kafka = ColotapeKafka.embedded();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    kafka.close();
  }
}
