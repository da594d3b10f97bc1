package org.colotape.schema.testkit;

import java.util.Map;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.kafka.KafkaLog;

/**
 * A Kafka broker for tests: in a container where there are Testcontainers and a Docker engine, else
 * the embedded one in this process. Both are Kafka. Closing it stops the broker and deletes what it
 * holds.
 *
 * <p>The image of the container is {@code apache/kafka}, or what the system property {@code
 * colotape.test.kafka.image} or the variable {@code COLOTAPE_TEST_KAFKA_IMAGE} names.
 */
public final class ColotapeKafka implements AutoCloseable {
  private final TestBroker broker;
  private final boolean container;

  private ColotapeKafka(TestBroker broker, boolean container) {
    this.broker = broker;
    this.container = container;
  }

  /**
   * Starts a broker, in a container if that is possible.
   *
   * @throws ColotapeException if it can't be started
   */
  public static ColotapeKafka start() {
    return isContainerPossible() ? inContainer() : embedded();
  }

  /**
   * Starts a broker in a container.
   *
   * @throws ColotapeException if it can't be started
   */
  public static ColotapeKafka inContainer() {
    if (!isContainerPossible()) {
      throw new ColotapeException(
          "no Docker engine, or no Testcontainers",
          "",
          "start an engine and add testcontainers-kafka to the tests, or use the embedded broker");
    }
    return new ColotapeKafka(ContainerTestBroker.start(), true);
  }

  /**
   * Starts a broker in this process.
   *
   * @throws ColotapeException if it can't be started
   */
  public static ColotapeKafka embedded() {
    return new ColotapeKafka(EmbeddedTestBroker.start(), false);
  }

  /** True if there are Testcontainers on the class path, and a Docker engine that answers. */
  public static boolean isContainerPossible() {
    try {
      Class.forName("org.testcontainers.kafka.KafkaContainer");
    } catch (ClassNotFoundException e) {
      return false;
    }
    return ContainerTestBroker.isPossible();
  }

  /** True if it runs in a container. */
  public boolean isContainer() {
    return container;
  }

  /**
   * Its address, as Kafka clients take it. The embedded broker asks for a login, too: {@link
   * #clientProperties}.
   */
  public String bootstrapServers() {
    return broker.bootstrapServers();
  }

  /** All that a Kafka client needs to use it, with Kafka's own keys. */
  public Map<String, Object> clientProperties() {
    return broker.clientProperties();
  }

  /** Opens its recordings; the caller closes the log. */
  public KafkaLog connect() {
    return KafkaLog.connect(clientProperties());
  }

  @Override
  public void close() {
    broker.close();
  }
}
