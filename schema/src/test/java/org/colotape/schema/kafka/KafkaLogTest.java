package org.colotape.schema.kafka;

import java.nio.file.Path;
import org.colotape.schema.log.RecordingLog;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The contract on the embedded broker. */
final class KafkaLogTest extends KafkaContract {
  @TempDir private static Path home;
  private static KafkaLog log;

  @BeforeAll
  static void start() {
    log = KafkaLog.embedded(home);
  }

  @AfterAll
  static void stop() {
    log.close();
  }

  @Override
  RecordingLog log() {
    return log;
  }
}
