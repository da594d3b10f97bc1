package org.colotape.schema.broker;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.metadata.authorizer.StandardAuthorizer;

/**
 * How the embedded broker is set up: one node that is broker and controller, on the loopback
 * interface, where every local user can connect: on both ports only the home's owner gets in.
 */
final class BrokerSettings {
  static final int NODE_ID = 1;
  static final String CONTROLLER_LISTENER = "CONTROLLER";

  private static final String BROKER_LISTENER = "BROKER";

  private static final String HOST = "127.0.0.1";

  private BrokerSettings() {}

  /** Where Kafka keeps its data. */
  static Path data(Path folder) {
    return folder.resolve("data");
  }

  static Properties of(Path folder, int port, int controllerPort, HomeLogin login) {
    Properties settings = new Properties();
    settings.putAll(
        Map.of(
            "node.id",
            Integer.toString(NODE_ID),
            "process.roles",
            "broker,controller",
            "listeners",
            "%s://%s:%d,%s://%s:%d"
                .formatted(BROKER_LISTENER, HOST, port, CONTROLLER_LISTENER, HOST, controllerPort),
            "listener.security.protocol.map",
            BROKER_LISTENER + ":SASL_PLAINTEXT," + CONTROLLER_LISTENER + ":SASL_PLAINTEXT",
            "inter.broker.listener.name",
            BROKER_LISTENER,
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
    String mechanism = HomeLogin.mechanism();
    settings.putAll(
        Map.of(
            "sasl.enabled.mechanisms",
            mechanism,
            "sasl.mechanism.inter.broker.protocol",
            mechanism,
            "sasl.mechanism.controller.protocol",
            mechanism,
            // who logs in may do all; should one get in some other way, he may do nothing
            "authorizer.class.name",
            StandardAuthorizer.class.getName(),
            "super.users",
            "User:" + HomeLogin.USER,
            "allow.everyone.if.no.acl.found",
            "false"));
    String forBroker = login.forBroker();
    for (String listener : List.of(BROKER_LISTENER, CONTROLLER_LISTENER)) {
      String prefix =
          ("listener.name." + listener + "." + mechanism + ".sasl.").toLowerCase(Locale.ROOT);
      settings.put(prefix + "jaas.config", forBroker);
      settings.put(prefix + "server.callback.handler.class", HomeCredential.class.getName());
    }
    return settings;
  }
}
