package org.colotape.analyzer.benchmark;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.colotape.recorder.feed.CapturedFile;
import org.colotape.recorder.feed.FileFeed;
import org.colotape.recorder.session.CheckpointObserver;
import org.colotape.recorder.session.RecordingSession;
import org.colotape.replayer.memory.ScratchSpace;
import org.colotape.replayer.replay.Replay;
import org.colotape.replayer.replay.ReplaySettings;
import org.colotape.replayer.rules.RuleSet;
import org.colotape.schema.codec.EventCodec;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.RecordingId;
import org.colotape.schema.event.RecordingStart;
import org.colotape.schema.kafka.KafkaLog;
import org.colotape.schema.layout.EventPlace;
import org.colotape.schema.layout.Topics;
import org.colotape.schema.log.EventSink;
import org.colotape.schema.log.EventSource;

/** File to Kafka and Kafka to memory, each against a bare client that moves the same records. */
final class KafkaBenchmarks implements AutoCloseable {
  private static final int PARTITIONS = 4;

  private final KafkaLog log;
  private final Map<String, Object> broker;
  private final ScratchSpace scratch;
  private final FileFeed feed;
  private int recordings;

  /**
   * @param home of the embedded broker that both sides talk to
   * @param broker what clients need to use that broker
   * @param scratch where rebuilt memory goes
   * @param stream a migration stream in a file
   */
  KafkaBenchmarks(Path home, Map<String, Object> broker, ScratchSpace scratch, Path stream) {
    this.log = KafkaLog.embedded(home);
    this.broker = broker;
    this.scratch = scratch;
    this.feed = new FileFeed(new CapturedFile(stream), null, List.of());
  }

  /** Records the file. As for the bare producer, topics and client are there when time begins. */
  double record() {
    String name = "record-" + recordings++;
    RecordingId id = new RecordingId(new byte[16]);
    double speed;
    try (EventSink sink = log.create(name, id, PARTITIONS)) {
      long start = System.nanoTime();
      speed = SideBySide.speed(record(sink, id), start);
    }
    log.delete(name);
    return speed;
  }

  private long record(EventSink sink, RecordingId id) {
    RecordingSession session =
        new RecordingSession(
            sink,
            id,
            new RecordingStart("benchmark", "benchmark", feed.sources(), false, List.of(), false),
            () -> System.currentTimeMillis() * 1_000_000,
            CheckpointObserver.NONE);
    feed.run(session, () -> {});
    session.finish(true, "end of file");
    return session.totals().wireBytes();
  }

  /** Sends the events of the file, encoded before, with a producer that does nothing else. */
  double produce(List<Encoded> events) {
    String name = "produce-" + recordings++;
    log.create(name, new RecordingId(new byte[16]), PARTITIONS).close();
    Topics topics = new Topics(name);
    AtomicLong failed = new AtomicLong();
    double speed;
    try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(producerSettings())) {
      long start = System.nanoTime();
      long bytes = 0;
      for (Encoded event : events) {
        boolean control = event.partition == EventPlace.CONTROL;
        String topic = control ? topics.control() : topics.pages();
        int partition = control ? 0 : event.partition;
        var _ =
            producer.send(
                new ProducerRecord<>(topic, partition, null, event.bytes),
                (metadata, failure) -> {
                  if (failure != null) {
                    failed.incrementAndGet();
                  }
                });
        bytes += event.wireBytes;
      }
      producer.flush();
      speed = SideBySide.speed(bytes, start);
    }
    log.delete(name);
    if (failed.get() > 0) {
      throw new IllegalStateException(failed + " sends failed");
    }
    return speed;
  }

  /** The events of the file as bytes, for {@link #produce}. */
  List<Encoded> encode() {
    List<Encoded> encoded = new ArrayList<>();
    EventCodec<Event> codec = EventCodec.events();
    record(
        new EventSink() {
          @Override
          public void accept(Event event) {
            encoded.add(new Encoded(event, codec));
          }

          @Override
          public void seal() {}

          @Override
          public void close() {}
        },
        new RecordingId(new byte[16]));
    return encoded;
  }

  /** An event in single-object encoding, ready to be sent. */
  static final class Encoded {
    private final int partition;
    private final byte[] bytes;
    private final int wireBytes;

    private Encoded(Event event, EventCodec<Event> codec) {
      partition = EventPlace.pagePartition(event, PARTITIONS);
      bytes = codec.encode(event);
      wireBytes = event.getWire().remaining();
    }
  }

  /** Records the file once, to be read by {@link #replay} and {@link #consume}. */
  String prepare() {
    String name = "read-" + recordings++;
    RecordingId id = new RecordingId(new byte[16]);
    try (EventSink sink = log.create(name, id, PARTITIONS)) {
      record(sink, id);
    }
    return name;
  }

  /** Rebuilds memory from a recording. */
  double replay(String recording) {
    long start = System.nanoTime();
    try (EventSource source = log.open(recording);
        Replay replay = new Replay(source, ReplaySettings.of(RuleSet.QEMU, scratch), event -> {})) {
      while (replay.next() != null) {
        // the work is done by next()
      }
      return SideBySide.speed(source.recording().getWireBytes(), start);
    }
  }

  /** Reads the records of a recording with a consumer that does nothing else. */
  double consume(String recording) {
    long wireBytes =
        log.list().stream()
            .filter(entry -> entry.getName().equals(recording))
            .findFirst()
            .orElseThrow()
            .getWireBytes();
    Topics topics = new Topics(recording);
    List<TopicPartition> partitions = new ArrayList<>();
    partitions.add(new TopicPartition(topics.control(), 0));
    for (int i = 0; i < PARTITIONS; i++) {
      partitions.add(new TopicPartition(topics.pages(), i));
    }
    long start = System.nanoTime();
    try (KafkaConsumer<byte[], ByteBuffer> consumer = new KafkaConsumer<>(consumerSettings())) {
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      long left =
          consumer.endOffsets(partitions).values().stream().mapToLong(Long::longValue).sum();
      while (left > 0) {
        left -= consumer.poll(Duration.ofSeconds(1)).count();
      }
    }
    return SideBySide.speed(wireBytes, start);
  }

  // the same values as the recorder's and replayer's own clients: what is compared is the work
  // around them
  private Map<String, Object> producerSettings() {
    return with(
        Map.of(
            "acks",
            "all",
            "enable.idempotence",
            true,
            "compression.type",
            "lz4",
            "batch.size",
            1 << 20,
            "linger.ms",
            20,
            "buffer.memory",
            64L << 20,
            "max.request.size",
            16 << 20,
            "key.serializer",
            "org.apache.kafka.common.serialization.ByteArraySerializer",
            "value.serializer",
            "org.apache.kafka.common.serialization.ByteArraySerializer"));
  }

  private Map<String, Object> consumerSettings() {
    return with(
        Map.of(
            "fetch.max.wait.ms",
            10,
            "enable.auto.commit",
            false,
            "fetch.max.bytes",
            32 << 20,
            "max.partition.fetch.bytes",
            2 << 20,
            "receive.buffer.bytes",
            1 << 20,
            "max.poll.records",
            500,
            "key.deserializer",
            "org.apache.kafka.common.serialization.ByteArrayDeserializer",
            "value.deserializer",
            "org.apache.kafka.common.serialization.ByteBufferDeserializer"));
  }

  private Map<String, Object> with(Map<String, Object> settings) {
    Map<String, Object> whole = new HashMap<>(broker);
    whole.putAll(settings);
    return whole;
  }

  @Override
  public void close() {
    log.close();
  }
}
