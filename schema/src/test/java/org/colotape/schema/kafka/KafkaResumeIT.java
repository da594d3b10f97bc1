package org.colotape.schema.kafka;

import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract on a broker in a container. */
final class KafkaResumeIT extends ResumeContract {
  @RegisterExtension static final KafkaContainerExtension BROKER = new KafkaContainerExtension();

  @Override
  String bootstrapServers() {
    return BROKER.bootstrapServers();
  }
}
