package org.colotape.schema.kafka;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.colotape.schema.codec.EventCodec;
import org.colotape.schema.event.Event;
import org.jspecify.annotations.Nullable;

/** The reading side of a feed: the next event of one partition, decoded. */
final class PartitionHead {
  private final Feed feed;
  private final EventCodec<Event> codec;
  private final Queue<Iterator<ConsumerRecord<String, ByteBuffer>>> fetched = new ArrayDeque<>();
  private @Nullable Event head;
  private long next;

  PartitionHead(Feed feed, EventCodec<Event> codec) {
    this.feed = feed;
    this.codec = codec;
  }

  void add(List<ConsumerRecord<String, ByteBuffer>> records) {
    fetched.add(records.iterator());
  }

  /** The next event, or null if there is none or it has not been fetched yet. */
  @Nullable Event peek() {
    if (head == null && next < feed.end()) {
      ConsumerRecord<String, ByteBuffer> record = nextRecord();
      if (record != null) {
        feed.read(record.serializedValueSize());
        head = codec.decode(record.value(), feed.partition() + " offset " + record.offset());
        next = record.offset() + 1;
      }
    }
    return head;
  }

  private @Nullable ConsumerRecord<String, ByteBuffer> nextRecord() {
    for (var records = fetched.peek(); records != null; records = fetched.peek()) {
      if (records.hasNext()) {
        return records.next();
      }
      fetched.remove();
    }
    return null;
  }

  /** Gives the event of {@link #peek}, which must not be null, and goes on to the one behind it. */
  Event take() {
    Event event = Objects.requireNonNull(head);
    head = null;
    return event;
  }

  /** True if the next event is still to be fetched. */
  boolean isDue() {
    return peek() == null && next < feed.end();
  }

  /** Offset of the first event that was not taken. */
  long position() {
    return head == null ? next : next - 1;
  }
}
