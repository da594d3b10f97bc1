package org.colotape.schema.kafka;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.colotape.schema.codec.EventCodec;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Recording;
import org.colotape.schema.layout.EventPlace;
import org.colotape.schema.layout.Topics;
import org.jspecify.annotations.Nullable;

/** Does to the topics of a recording what Colotape itself never does. */
public final class RawKafka implements AutoCloseable {
  private final Topics topics;
  private final Admin admin;
  private final KafkaProducer<byte[], byte[]> producer;

  /**
   * Topics of that recording on a broker.
   *
   * @param properties what a client needs to use the broker
   */
  public RawKafka(Map<String, Object> properties, String recording) {
    this.topics = new Topics(recording);
    this.admin = Admin.create(properties);
    Map<String, Object> large = new HashMap<>(properties);
    large.putAll(
        Map.of(
            "max.request.size",
            256 << 20,
            "buffer.memory",
            256L << 20,
            "compression.type",
            "zstd"));
    this.producer =
        new KafkaProducer<>(large, new ByteArraySerializer(), new ByteArraySerializer());
  }

  void createTopic(String topic) {
    get(admin.createTopics(List.of(new NewTopic(topic, Optional.of(1), Optional.empty()))).all());
  }

  void deleteTopic(String topic) {
    get(admin.deleteTopics(List.of(topic)).all());
  }

  /** Removes the first records of a partition, as retention does. */
  void removeBefore(TopicPartition partition, long offset) {
    get(admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(offset))).all());
  }

  /** Puts an event where it belongs, whatever it says. */
  void send(Event event, int partitions) {
    int place = EventPlace.pagePartition(event, partitions);
    byte[] bytes = EventCodec.events().encode(event);
    if (place == EventPlace.CONTROL) {
      send(topics.control(), 0, bytes);
    } else {
      send(topics.pages(), place, bytes);
    }
  }

  /** Puts bytes on the control topic, or none. */
  public void sendControl(byte @Nullable [] bytes) {
    send(topics.control(), 0, bytes);
  }

  /** Overwrites an entry of the catalogue. */
  public void setEntry(Recording recording) {
    setEntry(recording.getName(), EventCodec.recordings().encode(recording));
  }

  /** Makes an entry of the catalogue look as if a later version had written it. */
  void damageEntry(Recording recording) {
    byte[] bytes = EventCodec.recordings().encode(recording);
    bytes[3] ^= 1;
    setEntry(recording.getName(), bytes);
  }

  /** Puts bytes under a key of the catalogue. */
  public void setEntry(String name, byte[] value) {
    byte[] key = name.getBytes(StandardCharsets.UTF_8);
    get(new ProducerRecord<>(Topics.CATALOGUE, 0, key, value));
  }

  private void send(String topic, int partition, byte @Nullable [] bytes) {
    get(new ProducerRecord<>(topic, partition, null, bytes));
  }

  private void get(ProducerRecord<byte[], byte[]> record) {
    try {
      producer.send(record).get();
    } catch (ExecutionException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void get(KafkaFuture<?> answer) {
    try {
      answer.get();
    } catch (ExecutionException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    producer.close();
    admin.close();
  }
}
