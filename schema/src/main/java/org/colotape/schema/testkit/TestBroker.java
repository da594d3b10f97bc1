package org.colotape.schema.testkit;

import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;

/** A broker that runs for tests. */
interface TestBroker extends AutoCloseable {
  /** Its address, as Kafka clients take it. */
  String bootstrapServers();

  /** All that a Kafka client needs to use it. */
  default Map<String, Object> clientProperties() {
    return Map.of(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers());
  }

  /** Stops it, and deletes what it holds. */
  @Override
  void close();
}
