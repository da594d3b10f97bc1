package org.colotape.schema.kafka;

import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract on a broker in a container. */
final class KafkaLogIT extends KafkaContract {
  @RegisterExtension static final KafkaContainerExtension BROKER = new KafkaContainerExtension();

  @Override
  String bootstrapServers() {
    return BROKER.bootstrapServers();
  }
}
