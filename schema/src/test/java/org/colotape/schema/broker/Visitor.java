package org.colotape.schema.broker;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Whoever comes to a port of the embedded broker and tries what a Kafka client can do there. Needs
 * nothing of Colotape, so that another user of the machine can run it.
 */
final class Visitor {
  /** The topic that visitors are after; it has one record. */
  static final String TOPIC = "memory";

  static final String BROKER = "bootstrap.servers";
  static final String CONTROLLER = "bootstrap.controllers";

  private static final Map<String, Object> IMPATIENT =
      Map.of(
          "default.api.timeout.ms",
          3000,
          "request.timeout.ms",
          1500,
          "auto.offset.reset",
          "earliest",
          "enable.metrics.push",
          false);

  private final Map<String, Object> properties;
  private final List<String> done = new ArrayList<>();

  private Visitor(Map<String, Object> properties) {
    this.properties = properties;
  }

  /**
   * Reads the home's secret and comes to both its ports, with the secret if it could be read.
   * Prints what it could do, a line each, and a last line.
   *
   * @param arguments home, port of the broker, port of the controller
   */
  public static void main(String[] arguments) throws Exception {
    Map<String, Object> login = new HashMap<>();
    List<String> done = new ArrayList<>();
    try {
      Properties secret = new Properties();
      secret.load(new StringReader(Files.readString(endpoint(Path.of(arguments[0])))));
      secret.forEach((key, value) -> login.put(key.toString(), value));
      login.remove(BROKER);
      done.add("read the secret");
    } catch (IOException e) {
      // comes without it
    }
    List.of(BROKER, CONTROLLER)
        .forEach(door ->
            done.addAll(
                comeTo(door, Integer.parseInt(arguments[door.equals(BROKER) ? 1 : 2]), login)));
    done.add("end");
    System.out.write(String.join("\n", done).getBytes(StandardCharsets.UTF_8));
    System.out.flush();
  }

  /** The file that holds a home's secret. */
  static Path endpoint(Path home) {
    return home.resolve("broker").resolve("endpoint");
  }

  /**
   * Tries everything.
   *
   * @param door {@link #BROKER} or {@link #CONTROLLER}
   * @param login what the client says of itself besides its address
   * @return what could be done
   */
  static List<String> comeTo(String door, int port, Map<String, Object> login) {
    Map<String, Object> properties = new HashMap<>(IMPATIENT);
    properties.putAll(login);
    properties.put(door, "127.0.0.1:" + port);
    Visitor visitor = new Visitor(properties);
    visitor.tryAll(door.equals(BROKER));
    return visitor.done;
  }

  private void tryAll(boolean broker) {
    try (Admin admin = Admin.create(properties)) {
      // asked at once, so that one who gets no answer waits once
      Map<String, KafkaFuture<?>> asked = new LinkedHashMap<>();
      asked.put("describe the cluster", admin.describeCluster().nodes());
      asked.put("reconfigure", reconfigure(admin));
      if (broker) {
        asked.put("list topics", admin.listTopics().names());
        asked.put("read the configuration", admin.describeConfigs(List.of(node())).all());
      }
      asked.forEach((deed, answer) -> attempt(deed, () -> answer.get(5, TimeUnit.SECONDS)));
      if (broker) {
        attempt("read a topic", this::read);
        attempt(
            "delete a topic",
            () -> admin.deleteTopics(List.of(TOPIC)).all().get(5, TimeUnit.SECONDS));
      }
    }
  }

  private static KafkaFuture<Void> reconfigure(Admin admin) {
    Collection<AlterConfigOp> change =
        List.of(
            new AlterConfigOp(
                new ConfigEntry("message.max.bytes", "2000000"), AlterConfigOp.OpType.SET));
    return admin.incrementalAlterConfigs(Map.of(node(), change)).all();
  }

  private static ConfigResource node() {
    return new ConfigResource(ConfigResource.Type.BROKER, "1");
  }

  private byte[] read() throws TimeoutException {
    TopicPartition partition = new TopicPartition(TOPIC, 0);
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(List.of(partition));
      for (var record : consumer.poll(Duration.ofSeconds(3))) {
        return record.value();
      }
    }
    throw new TimeoutException();
  }

  private void attempt(String deed, Callable<?> attempt) {
    try {
      var _ = attempt.call();
      done.add(deed);
    } catch (ExecutionException | TimeoutException | KafkaException e) {
      // refused
    } catch (Exception e) {
      throw new IllegalStateException(deed, e);
    }
  }
}
