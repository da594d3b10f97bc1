package org.colotape.schema.testkit;

/** A broker that runs for tests. */
interface TestBroker extends AutoCloseable {
  /** Its address, as Kafka clients take it. */
  String bootstrapServers();

  /** Stops it, and deletes what it holds. */
  @Override
  void close();
}
