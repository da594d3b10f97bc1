package org.colotape.schema.kafka;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.check.EntryCheck;
import org.colotape.schema.codec.EventCodec;
import org.colotape.schema.event.Recording;
import org.colotape.schema.event.RecordingId;
import org.colotape.schema.event.RecordingState;
import org.colotape.schema.layout.Topics;
import org.jspecify.annotations.Nullable;

/** The compacted topic {@value Topics#CATALOGUE}: name of a recording to its {@link Recording}. */
final class Catalogue implements AutoCloseable {
  private static final TopicPartition PARTITION = new TopicPartition(Topics.CATALOGUE, 0);

  private final KafkaAdmin admin;
  private final ClientSettings settings;
  private final EventCodec<Recording> codec = EventCodec.recordings();
  private @Nullable KafkaProducer<byte[], byte[]> producer;

  Catalogue(KafkaAdmin admin, ClientSettings settings) {
    this.admin = admin;
    this.settings = settings;
  }

  /** The entry of a name, or null. */
  @Nullable Recording find(String name) {
    ByteBuffer entry = read().get(name);
    return entry == null ? null : decode(name, entry);
  }

  /** True if there is an entry of that name, whatever it says. */
  boolean has(String name) {
    return read().containsKey(name);
  }

  /**
   * All entries by name. One that this version can't read is listed with the reason as its note.
   */
  List<Recording> list() {
    List<Recording> recordings = new ArrayList<>();
    read().forEach((name, entry) -> recordings.add(decodeOrExplain(name, entry)));
    return recordings;
  }

  private Recording decodeOrExplain(String name, ByteBuffer entry) {
    try {
      return decode(name, entry);
    } catch (ColotapeException e) {
      return Recording.newBuilder()
          .setId(new RecordingId(new byte[16]))
          .setName(name)
          .setState(RecordingState.UNKNOWN)
          .setCreatedAt(0)
          .setPagePartitions(0)
          .setNote(String.valueOf(e.getMessage()))
          .build();
    }
  }

  private Recording decode(String name, ByteBuffer entry) {
    Supplier<String> where = () -> Topics.CATALOGUE + ", key " + name;
    Recording recording = EntryCheck.check(codec.decode(entry, where), where);
    if (!recording.getName().equals(name)) {
      throw new ColotapeException(
          "the entry is that of another recording, " + recording.getName(),
          where.get(),
          "another program has changed the catalogue: remove the entry with 'colotape delete'");
    }
    return recording;
  }

  /** Sets the entry of a recording. */
  void put(Recording recording) {
    send(recording.getName(), codec.encode(recording));
  }

  /** Removes the entry of a name. */
  void remove(String name) {
    send(name, null);
  }

  private void send(String name, byte @Nullable [] entry) {
    admin.ensureCompactedTopic(Topics.CATALOGUE);
    byte[] key = name.getBytes(StandardCharsets.UTF_8);
    try {
      producer().send(new ProducerRecord<>(Topics.CATALOGUE, 0, key, entry)).get();
    } catch (ExecutionException | KafkaException e) {
      throw KafkaFailures.explain(e, settings.address());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ColotapeException("interrupted", Topics.CATALOGUE, "run the command again", e);
    }
  }

  /** Most uses only read. */
  private synchronized KafkaProducer<byte[], byte[]> producer() {
    KafkaProducer<byte[], byte[]> made = producer;
    if (made == null) {
      made = new KafkaProducer<>(settings.cataloguer());
      producer = made;
    }
    return made;
  }

  @Override
  public synchronized void close() {
    if (producer != null) {
      producer.close(Duration.ZERO);
    }
  }

  private SortedMap<String, ByteBuffer> read() {
    SortedMap<String, ByteBuffer> entries = new TreeMap<>();
    if (!admin.exists(Topics.CATALOGUE)) {
      return entries;
    }
    List<TopicPartition> partition = List.of(PARTITION);
    long end = admin.endOffsets(partition).getOrDefault(PARTITION, 0L);
    KafkaConsumer<String, ByteBuffer> consumer = new KafkaConsumer<>(settings.reader());
    try {
      consumer.assign(partition);
      consumer.seekToBeginning(partition);
      long deadline = System.nanoTime() + Duration.ofMillis(ClientSettings.ANSWER_MILLIS).toNanos();
      while (consumer.position(PARTITION) < end) {
        for (ConsumerRecord<String, ByteBuffer> entry : consumer.poll(Duration.ofSeconds(1))) {
          // another program may have left the key out
          String name = Objects.requireNonNullElse(entry.key(), "");
          if (entry.value() == null) {
            entries.remove(name);
          } else {
            entries.put(name, entry.value());
          }
        }
        if (System.nanoTime() > deadline) {
          throw new ColotapeException(
              "broker does not answer",
              settings.address(),
              "check that it runs and can be reached");
        }
      }
    } catch (KafkaException e) {
      throw KafkaFailures.explain(e, settings.address());
    } finally {
      consumer.close(ClientSettings.AT_ONCE);
    }
    return entries;
  }
}
