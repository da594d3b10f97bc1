package org.colotape.schema.testkit;

import java.util.Optional;
import org.colotape.schema.ColotapeException;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.ContainerFetchException;
import org.testcontainers.containers.ContainerLaunchException;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.utility.DockerImageName;

/** A broker in a container. The only class here that needs Testcontainers. */
final class ContainerTestBroker implements TestBroker {
  private static final String KAFKAS_OWN = "apache/kafka";

  private final KafkaContainer container;

  private ContainerTestBroker(KafkaContainer container) {
    this.container = container;
  }

  static boolean isPossible() {
    return DockerClientFactory.instance().isDockerAvailable();
  }

  static ContainerTestBroker start() {
    KafkaContainer container =
        new KafkaContainer(DockerImageName.parse(image()).asCompatibleSubstituteFor(KAFKAS_OWN));
    try {
      container.start();
      return new ContainerTestBroker(container);
    } catch (ContainerFetchException | ContainerLaunchException e) {
      container.stop();
      throw new ColotapeException(
          "cannot start Kafka in a container: " + e.getMessage(),
          image(),
          "see the engine's log, or name another image with COLOTAPE_TEST_KAFKA_IMAGE",
          e);
    }
  }

  @Override
  public String bootstrapServers() {
    return container.getBootstrapServers();
  }

  @Override
  public void close() {
    container.stop();
  }

  private static String image() {
    return Optional.ofNullable(System.getProperty("colotape.test.kafka.image"))
        .or(() -> Optional.ofNullable(System.getenv("COLOTAPE_TEST_KAFKA_IMAGE")))
        .orElse(KAFKAS_OWN);
  }
}
