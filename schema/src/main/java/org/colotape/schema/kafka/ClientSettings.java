package org.colotape.schema.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.ByteBufferDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.colotape.schema.log.Patience;

/**
 * Properties of Kafka clients: ours, over them the user's, over them those that no recording can do
 * without.
 *
 * @param user properties as Kafka's own tools take them, {@code bootstrap.servers} among them
 */
record ClientSettings(Map<String, Object> user) {
  /**
   * Largest record and batch, in bytes. An observation of a region whose pages all differ has 2.2
   * MiB.
   */
  static final int MAX_MESSAGE = 4 << 20;

  /** How long an answer is waited for before a broker counts as away, in milliseconds. */
  static final int ANSWER_MILLIS = 10_000;

  /** How long a record may be on its way before its recording fails, in milliseconds. */
  static final int DELIVERY_MILLIS = 30_000;

  /**
   * How to close a consumer: it would wait for an answer to its last fetch, which comes after half
   * a second.
   */
  static final CloseOptions AT_ONCE = CloseOptions.timeout(Duration.ZERO);

  private static final Map<String, Object> PATIENCE =
      Map.of(
          AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
          ANSWER_MILLIS,
          AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
          ANSWER_MILLIS / 2);

  /** Commands are short-lived: nobody looks at their clients' metrics, here or at the broker. */
  private static final Map<String, Object> QUICK_START =
      Map.of(
          CommonClientConfigs.METRIC_REPORTER_CLASSES_CONFIG,
          "",
          CommonClientConfigs.ENABLE_METRICS_PUSH_CONFIG,
          false);

  ClientSettings {
    user = Map.copyOf(user);
  }

  /** What the user gave as address, for error messages. */
  String address() {
    return String.valueOf(user.get(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG));
  }

  /**
   * How long a reader waits for the next records before the broker counts as lost, in milliseconds.
   */
  long readMillis() {
    Object stated = user.get(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG);
    return stated == null ? DELIVERY_MILLIS : Long.parseLong(stated.toString());
  }

  Map<String, Object> admin() {
    return merge(PATIENCE, Map.of());
  }

  /** A producer that carries a recording. */
  Map<String, Object> recorder(Patience patience) {
    boolean endless = patience == Patience.ENDLESS;
    return merge(
        Map.of(
            // the producer must not forget its topics while there is nothing to send
            ProducerConfig.METADATA_MAX_IDLE_CONFIG,
            Duration.ofDays(365).toMillis(),
            ProducerConfig.COMPRESSION_TYPE_CONFIG,
            "lz4",
            ProducerConfig.BATCH_SIZE_CONFIG,
            1 << 20,
            ProducerConfig.LINGER_MS_CONFIG,
            20,
            ProducerConfig.BUFFER_MEMORY_CONFIG,
            64L << 20,
            ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
            16 << 20,
            ProducerConfig.MAX_BLOCK_MS_CONFIG,
            endless ? Integer.MAX_VALUE : DELIVERY_MILLIS,
            ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
            endless ? Integer.MAX_VALUE : DELIVERY_MILLIS,
            ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
            ANSWER_MILLIS),
        producerLaws());
  }

  /** A producer that writes one entry of the catalogue. */
  Map<String, Object> cataloguer() {
    return merge(
        Map.of(
            ProducerConfig.MAX_BLOCK_MS_CONFIG, ANSWER_MILLIS,
            ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, ANSWER_MILLIS,
            ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, ANSWER_MILLIS / 2),
        producerLaws());
  }

  /** A consumer that reads given partitions from given offsets. */
  Map<String, Object> reader() {
    Map<String, Object> ours = new HashMap<>(PATIENCE);
    ours.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 32 << 20);
    ours.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 2 << 20);
    ours.put(ConsumerConfig.RECEIVE_BUFFER_CONFIG, 1 << 20);
    ours.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 500);
    // what is read is there already: a fetch that finds a partition at its end must not hold up the
    // others for the half second that the broker would wait for more
    ours.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 10);
    return merge(
        ours,
        Map.of(
            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
            false,
            // what retention has removed must show as an error, not be skipped
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
            "none",
            ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
            false,
            ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG,
            StringDeserializer.class,
            ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG,
            ByteBufferDeserializer.class),
        ConsumerConfig.GROUP_ID_CONFIG,
        ConsumerConfig.GROUP_INSTANCE_ID_CONFIG,
        ConsumerConfig.GROUP_PROTOCOL_CONFIG);
  }

  private static Map<String, Object> producerLaws() {
    return Map.of(
        ProducerConfig.ACKS_CONFIG,
        "all",
        ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
        true,
        ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG,
        ByteArraySerializer.class,
        ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG,
        ByteArraySerializer.class);
  }

  private Map<String, Object> merge(
      Map<String, Object> ours, Map<String, Object> laws, String... without) {
    Map<String, Object> merged = new HashMap<>(QUICK_START);
    merged.putAll(ours);
    merged.putAll(user);
    merged.putAll(laws);
    merged.remove(ProducerConfig.TRANSACTIONAL_ID_CONFIG);
    for (String key : without) {
      merged.remove(key);
    }
    return merged;
  }
}
