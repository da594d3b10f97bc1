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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
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
  /** The topic that visitors want to read; it has a record. */
  static final String TOPIC = "memory";

  /** The topic that they want to delete. */
  static final String DOOMED = "doomed";

  static final String BROKER = "bootstrap.servers";
  static final String CONTROLLER = "bootstrap.controllers";

  /** Who comes without a login gets no answer, and waits in vain. */
  private static final int PATIENCE_WITHOUT_LOGIN = 5000;

  private static final int PATIENCE = 30_000;

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
    int patience = login.isEmpty() ? PATIENCE_WITHOUT_LOGIN : PATIENCE;
    Map<String, Object> properties = new HashMap<>(login);
    properties.put("default.api.timeout.ms", patience);
    properties.put("request.timeout.ms", patience / 2);
    properties.put("auto.offset.reset", "earliest");
    properties.put("enable.metrics.push", false);
    properties.put(door, "127.0.0.1:" + port);
    Visitor visitor = new Visitor(properties);
    visitor.tryAll(door.equals(BROKER));
    return visitor.done;
  }

  private void tryAll(boolean broker) {
    try (Admin admin = Admin.create(properties)) {
      // asked at once, so that who gets no answer waits once
      Map<String, Future<?>> asked = new LinkedHashMap<>();
      asked.put("describe the cluster", future(admin.describeCluster().nodes()));
      asked.put("reconfigure", future(reconfigure(admin)));
      if (broker) {
        asked.put("list topics", future(admin.listTopics().names()));
        asked.put("read the configuration", future(admin.describeConfigs(List.of(node())).all()));
        asked.put("delete a topic", future(admin.deleteTopics(List.of(DOOMED)).all()));
        asked.put("read a topic", CompletableFuture.supplyAsync(this::read));
      }
      asked.forEach(this::await);
    }
  }

  private static Future<?> future(KafkaFuture<?> answer) {
    return answer.toCompletionStage().toCompletableFuture();
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

  private byte[] read() {
    TopicPartition partition = new TopicPartition(TOPIC, 0);
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      consumer.position(partition);
      return consumer.poll(Duration.ofSeconds(10)).iterator().next().value();
    }
  }

  private void await(String deed, Future<?> answer) {
    try {
      var _ = answer.get();
      done.add(deed);
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof KafkaException)) {
        throw new IllegalStateException(deed, e);
      }
      // refused
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
