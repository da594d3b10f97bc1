package org.colotape.schema.kafka;

import java.util.Map;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract on a broker in a container. */
final class KafkaLogIT extends KafkaContract {
  @RegisterExtension static final KafkaContainerExtension BROKER = new KafkaContainerExtension();

  @Override
  Map<String, Object> clientProperties() {
    return BROKER.clientProperties();
  }
}
