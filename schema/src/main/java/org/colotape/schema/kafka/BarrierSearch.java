package org.colotape.schema.kafka;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.check.EventCheck;
import org.colotape.schema.codec.EventCodec;
import org.colotape.schema.event.Event;

/**
 * Finds the control event from which on an event is to be read: by bisection of the control topic,
 * whose {@code seq} grows with the offset. Each step reads one record.
 */
final class BarrierSearch implements AutoCloseable {
  private final TopicPartition control;
  private final int pagePartitions;
  private final ClientSettings settings;
  private final EventCodec<Event> codec = EventCodec.events();
  private final KafkaConsumer<String, ByteBuffer> consumer;

  BarrierSearch(TopicPartition control, int pagePartitions, ClientSettings settings) {
    this.control = control;
    this.pagePartitions = pagePartitions;
    this.settings = settings;
    Map<String, Object> properties = new HashMap<>(settings.reader());
    properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1);
    // the smallest answer that holds a record: what comes behind it is thrown away
    properties.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 1);
    this.consumer = new KafkaConsumer<>(properties);
    consumer.assign(List.of(control));
  }

  /**
   * The last barrier at or before an event.
   *
   * @param end end offset of the control partition
   */
  Barrier before(long seq, long end) {
    Barrier found = Barrier.FIRST;
    long low = 0;
    long high = end;
    while (low < high) {
      long middle = (low + high) >>> 1;
      Barrier barrier = read(middle);
      if (barrier.seq() <= seq) {
        found = barrier;
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return found;
  }

  private Barrier read(long offset) {
    consumer.seek(control, offset);
    long deadline = System.nanoTime() + Duration.ofMillis(settings.readMillis()).toNanos();
    while (System.nanoTime() < deadline) {
      for (ConsumerRecord<String, ByteBuffer> record : consumer.poll(Duration.ofSeconds(1))) {
        return barrier(record);
      }
    }
    throw new ColotapeException(
        "broker does not answer", settings.address(), "check that it runs and can be reached");
  }

  private Barrier barrier(ConsumerRecord<String, ByteBuffer> record) {
    String where = control + " offset " + record.offset();
    Event event = Records.event(record, codec, () -> where);
    EventCheck.check(event, () -> where);
    if (event.getPageEnds().size() != pagePartitions) {
      throw new ColotapeException(
          "event " + event.getSeq() + " says nothing of " + pagePartitions + " page partitions",
          where,
          "another program has changed the topics; record again");
    }
    return new Barrier(event.getSeq(), event.getPageEnds(), record.offset());
  }

  @Override
  public void close() {
    consumer.close(ClientSettings.AT_ONCE);
  }
}
