package org.colotape.schema.kafka;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
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
  private final Runnable goOn;
  private final Queue<Fetched.Records> fetched = new ArrayDeque<>();
  private int read;
  private @Nullable Event head;
  private long next;

  /**
   * @param goOn called when a feed that was full takes more again
   */
  PartitionHead(Feed feed, EventCodec<Event> codec, Runnable goOn) {
    this.goOn = goOn;
    this.feed = feed;
    this.codec = codec;
    this.next = feed.start();
  }

  void add(Fetched.Records records) {
    fetched.add(records);
  }

  /** The next event, or null if there is none or it has not been fetched yet. */
  @Nullable Event peek() {
    if (head == null && next < feed.end()) {
      ConsumerRecord<String, ByteBuffer> record = nextRecord();
      if (record != null) {
        head = codec.decode(record.value(), () -> feed.partition() + " offset " + record.offset());
        next = record.offset() + 1;
      }
    }
    return head;
  }

  private @Nullable ConsumerRecord<String, ByteBuffer> nextRecord() {
    Fetched.Records first = fetched.peek();
    if (first == null) {
      return null;
    }
    ConsumerRecord<String, ByteBuffer> record = first.list().get(read++);
    if (read == first.list().size()) {
      read = 0;
      fetched.remove();
      if (feed.read(first.bytes())) {
        goOn.run();
      }
    }
    return record;
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
