package org.colotape.schema.kafka;

import org.junit.jupiter.api.extension.RegisterExtension;

/** Damaged recordings on the embedded broker. */
final class KafkaDamageTest extends DamageContract {
  @RegisterExtension static final EmbeddedKafka BROKER = new EmbeddedKafka();

  @Override
  String bootstrapServers() {
    return BROKER.bootstrapServers();
  }
}
