package org.colotape.schema.kafka;

import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract on the embedded broker. */
final class KafkaResumeTest extends ResumeContract {
  @RegisterExtension static final EmbeddedKafka BROKER = new EmbeddedKafka();

  @Override
  String bootstrapServers() {
    return BROKER.bootstrapServers();
  }
}
