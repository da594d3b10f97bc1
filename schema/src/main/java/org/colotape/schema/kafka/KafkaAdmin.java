package org.colotape.schema.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.colotape.schema.ColotapeException;

/**
 * What recordings need of a cluster's administration. Every call answers within about ten seconds
 * or fails.
 */
final class KafkaAdmin implements AutoCloseable {
  private static final Map<String, String> KEEP_ALL =
      Map.of(
          TopicConfig.CLEANUP_POLICY_CONFIG,
          TopicConfig.CLEANUP_POLICY_DELETE,
          TopicConfig.RETENTION_MS_CONFIG,
          "-1",
          TopicConfig.RETENTION_BYTES_CONFIG,
          "-1",
          TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
          Integer.toString(ClientSettings.MAX_MESSAGE));

  private static final Map<String, String> KEEP_LAST_OF_KEY =
      Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);

  private final Admin admin;
  private final String address;

  private KafkaAdmin(Admin admin, String address) {
    this.admin = admin;
    this.address = address;
  }

  /**
   * Connects to the cluster.
   *
   * @throws ColotapeException if it does not answer
   */
  static KafkaAdmin connect(ClientSettings settings) {
    KafkaAdmin connected;
    try {
      connected = new KafkaAdmin(Admin.create(settings.admin()), settings.address());
    } catch (RuntimeException e) {
      throw KafkaFailures.explain(e, settings.address());
    }
    try {
      connected.ping();
      return connected;
    } catch (RuntimeException e) {
      connected.close();
      throw e;
    }
  }

  /**
   * Returns if the cluster answers.
   *
   * @throws ColotapeException if it does not
   */
  void ping() {
    get(admin.describeCluster().nodes());
  }

  /**
   * Makes a topic that keeps its records for ever; false if there is one of that name.
   *
   * @throws ColotapeException also if Kafka takes the name for that of another topic
   */
  boolean createTopic(String topic, int partitions) {
    return create(topic, partitions, KEEP_ALL);
  }

  /**
   * Makes a topic of one partition that keeps the last record of each key, if there is none of that
   * name.
   */
  void ensureCompactedTopic(String topic) {
    if (!exists(topic) && create(topic, 1, KEEP_LAST_OF_KEY)) {
      awaitPartitions(partitions(topic, 1));
    }
  }

  private boolean create(String topic, int partitions, Map<String, String> configs) {
    NewTopic fresh = new NewTopic(topic, Optional.of(partitions), Optional.empty());
    try {
      get(admin.createTopics(List.of(fresh.configs(configs))).all());
      return true;
    } catch (ColotapeException e) {
      if (e.getCause() instanceof TopicExistsException) {
        return false;
      }
      if (e.getCause() instanceof InvalidTopicException) {
        throw new ColotapeException(
            "Kafka refuses the topic, because it can't tell '.' and '_' apart in names: "
                + e.getCause().getMessage(),
            topic,
            "choose another name for the recording",
            e);
      }
      throw e;
    }
  }

  boolean exists(String topic) {
    try {
      get(admin.describeTopics(List.of(topic)).allTopicNames());
      return true;
    } catch (ColotapeException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        return false;
      }
      throw e;
    }
  }

  /**
   * Waits until the leaders of new partitions answer. An idempotent producer that sends before can
   * lose its first batch for good (KAFKA-15591).
   */
  void awaitPartitions(Collection<TopicPartition> partitions) {
    long deadline = System.nanoTime() + Duration.ofMillis(ClientSettings.ANSWER_MILLIS).toNanos();
    while (true) {
      try {
        endOffsets(partitions);
        return;
      } catch (ColotapeException e) {
        if (!(e.getCause() instanceof RetriableException) || System.nanoTime() > deadline) {
          throw e;
        }
      }
    }
  }

  /** The offset behind the last record of each partition. */
  Map<TopicPartition, Long> endOffsets(Collection<TopicPartition> partitions) {
    Map<TopicPartition, OffsetSpec> question = new HashMap<>();
    partitions.forEach(partition -> question.put(partition, OffsetSpec.latest()));
    Map<TopicPartition, ListOffsetsResultInfo> answer = get(admin.listOffsets(question).all());
    Map<TopicPartition, Long> ends = new HashMap<>();
    answer.forEach((partition, info) -> ends.put(partition, info.offset()));
    return ends;
  }

  /**
   * Deletes topics and waits until they are gone, so that one of the same name can be made; false
   * if there were none.
   */
  boolean deleteTopics(List<String> topics) {
    boolean deleted = false;
    for (String topic : topics) {
      if (exists(topic)) {
        get(admin.deleteTopics(List.of(topic)).all());
        deleted = true;
      }
    }
    return deleted;
  }

  static List<TopicPartition> partitions(String topic, int count) {
    List<TopicPartition> partitions = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      partitions.add(new TopicPartition(topic, i));
    }
    return partitions;
  }

  private <T> T get(KafkaFuture<T> answer) {
    try {
      return answer.get();
    } catch (ExecutionException e) {
      throw KafkaFailures.explain(e, address);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ColotapeException("interrupted", address, "run the command again", e);
    }
  }

  @Override
  public void close() {
    admin.close(Duration.ZERO);
  }
}
