package org.colotape.schema.broker;

import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;

/**
 * How the embedded broker is set up: one node that is broker and controller, on the loopback
 * interface.
 */
final class BrokerSettings {
  static final int NODE_ID = 1;
  static final String CONTROLLER_LISTENER = "CONTROLLER";

  private static final String HOST = "127.0.0.1";

  private BrokerSettings() {}

  /** Where Kafka keeps its data. */
  static Path data(Path folder) {
    return folder.resolve("data");
  }

  static Properties of(Path folder, int port, int controllerPort) {
    Properties settings = new Properties();
    settings.putAll(
        Map.of(
            "node.id",
            Integer.toString(NODE_ID),
            "process.roles",
            "broker,controller",
            "listeners",
            "PLAINTEXT://%s:%d,%s://%s:%d"
                .formatted(HOST, port, CONTROLLER_LISTENER, HOST, controllerPort),
            "listener.security.protocol.map",
            "PLAINTEXT:PLAINTEXT," + CONTROLLER_LISTENER + ":PLAINTEXT",
            "controller.listener.names",
            CONTROLLER_LISTENER,
            "controller.quorum.voters",
            NODE_ID + "@" + HOST + ":" + controllerPort,
            "log.dirs",
            data(folder).toString()));
    settings.putAll(
        Map.of(
            // one node can't hold more than one copy
            "offsets.topic.replication.factor", "1",
            "transaction.state.log.replication.factor", "1",
            "transaction.state.log.min.isr", "1",
            "share.coordinator.state.topic.replication.factor", "1",
            "share.coordinator.state.topic.min.isr", "1",
            // a typing error in a name must not make a topic
            "auto.create.topics.enable", "false"));
    settings.putAll(
        Map.of(
            // the default takes 128 MiB of heap to compact a catalogue of a few kilobytes
            "log.cleaner.dedupe.buffer.size", Integer.toString(2 << 20),
            // the default keeps a deleted recording's files for a minute, and over the end of the
            // process
            "log.segment.delete.delay.ms", "500",
            // nobody looks at the metrics through JMX
            "metric.reporters", "",
            // after a crash the broker can't return before its old session has timed out: 9 s by
            // default
            "broker.session.timeout.ms", "2000",
            "broker.heartbeat.interval.ms", "500"));
    return settings;
  }
}
