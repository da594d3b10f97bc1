package org.colotape.schema.kafka;

import org.colotape.schema.ColotapeException;

/** Asks a broker that is near whether it can take more. */
@FunctionalInterface
interface BrokerCheck {
  /** For brokers of which nothing is known but what they answer to clients. */
  BrokerCheck NONE = () -> {};

  /**
   * Returns if the broker can take more.
   *
   * @throws ColotapeException if the broker can't take more, with the reason
   */
  void check();
}
