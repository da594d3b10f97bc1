package org.colotape.schema.broker;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.metadata.storage.Formatter;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.files.OwnerOnly;

/**
 * Prepares the broker's data folder as Kafka's {@code kafka-storage format} does; one that is
 * prepared stays as it is.
 */
final class BrokerStorage {
  private BrokerStorage() {}

  static void format(Path folder) throws IOException {
    Path data = BrokerSettings.data(folder);
    OwnerOnly.folder(data);
    try {
      new Formatter()
          .setPrintStream(new PrintStream(OutputStream.nullOutputStream()))
          .setNodeId(BrokerSettings.NODE_ID)
          .setClusterId(clusterId(data.resolve("meta.properties")))
          .setIgnoreFormatted(true)
          .setControllerListenerName(BrokerSettings.CONTROLLER_LISTENER)
          .setMetadataLogDirectory(data.toString())
          .addDirectory(data.toString())
          .run();
    } catch (Exception e) {
      throw new ColotapeException(
          "cannot prepare the broker's data: " + e.getMessage(),
          data.toString(),
          "check the folder, its rights and its free space, or give another --home",
          e);
    }
  }

  private static String clusterId(Path metaProperties) throws IOException {
    if (!Files.exists(metaProperties)) {
      return Uuid.randomUuid().toString();
    }
    Properties properties = new Properties();
    try (var in = Files.newInputStream(metaProperties)) {
      properties.load(in);
    }
    return properties.getProperty("cluster.id");
  }
}
