package org.colotape.schema.kafka;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Optional;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * A broker in a container for all tests of a class, which is skipped where there is no Docker
 * engine. The image is named by the system property {@code colotape.test.kafka.image} or the
 * variable {@code COLOTAPE_TEST_KAFKA_IMAGE}; without, it is Kafka's own.
 */
final class KafkaContainerExtension implements BeforeAllCallback, AfterAllCallback {
  private static final String KAFKAS_OWN = "apache/kafka";

  private final KafkaContainer container =
      new KafkaContainer(DockerImageName.parse(image()).asCompatibleSubstituteFor(KAFKAS_OWN));

  String bootstrapServers() {
    return container.getBootstrapServers();
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    assumeTrue(DockerClientFactory.instance().isDockerAvailable(), "no Docker engine");
    container.start();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    container.stop();
  }

  private static String image() {
    return Optional.ofNullable(System.getProperty("colotape.test.kafka.image"))
        .or(() -> Optional.ofNullable(System.getenv("COLOTAPE_TEST_KAFKA_IMAGE")))
        .orElse(KAFKAS_OWN);
  }
}
