package org.colotape.schema.kafka;

import java.util.Map;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Damaged recordings on the embedded broker. */
final class KafkaDamageTest extends DamageContract {
  @RegisterExtension static final EmbeddedKafka BROKER = new EmbeddedKafka();

  @Override
  Map<String, Object> clientProperties() {
    return BROKER.clientProperties();
  }
}
