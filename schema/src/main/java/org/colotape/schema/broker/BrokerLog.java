package org.colotape.schema.broker;

import java.nio.file.Path;

/** Sends Kafka's log to a file, where slf4j-simple is what prints it and nobody said otherwise. */
final class BrokerLog {
  private static final String PREFIX = "org.slf4j.simpleLogger.";

  private BrokerLog() {}

  /** To be called before Kafka's first class is loaded; later calls change nothing. */
  static void into(Path file) {
    if (System.getProperty(PREFIX + "logFile") == null) {
      System.setProperty(PREFIX + "logFile", file.toString());
      System.setProperty(PREFIX + "showDateTime", "true");
      System.setProperty(
          PREFIX + "defaultLogLevel", System.getProperty(PREFIX + "defaultLogLevel", "warn"));
    }
  }
}
