package org.colotape.schema.kafka;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Map;
import java.util.Objects;
import org.colotape.schema.testkit.ColotapeKafka;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A broker in a container for all tests of a class, which is skipped where there is no Docker
 * engine.
 */
final class KafkaContainerExtension implements BeforeAllCallback, AfterAllCallback {
  private @Nullable ColotapeKafka kafka;

  Map<String, Object> clientProperties() {
    return Objects.requireNonNull(kafka).clientProperties();
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    assumeTrue(ColotapeKafka.isContainerPossible(), "no Docker engine");
    kafka = ColotapeKafka.inContainer();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    if (kafka != null) {
      kafka.close();
    }
  }
}
