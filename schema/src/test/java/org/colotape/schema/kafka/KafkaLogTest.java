package org.colotape.schema.kafka;

import java.util.Map;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract on the embedded broker. */
final class KafkaLogTest extends KafkaContract {
  @RegisterExtension static final EmbeddedKafka BROKER = new EmbeddedKafka();

  @Override
  Map<String, Object> clientProperties() {
    return BROKER.clientProperties();
  }
}
