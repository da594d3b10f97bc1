package org.colotape.schema.kafka;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.colotape.schema.check.EventCheck;
import org.colotape.schema.codec.EventCodec;
import org.colotape.schema.event.Event;
import org.jspecify.annotations.Nullable;

/** The reading side of a feed: the next event of one partition, decoded. */
final class PartitionHead {
  private final Feed feed;
  private final EventCodec<Event> codec;
  private final Runnable goOn;

  /** Where the record is that was decoded last. */
  private final Supplier<String> where;

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
    this.where = () -> feed.partition() + " offset " + (next - 1);
  }

  void add(Fetched.Records records) {
    fetched.add(records);
  }

  /** The next event, or null if there is none or it has not been fetched yet. */
  @Nullable Event peek() {
    if (head == null && next < feed.end()) {
      ConsumerRecord<String, ByteBuffer> record = nextRecord();
      if (record != null) {
        next = record.offset() + 1;
        head = Records.event(record, codec, where);
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

  /**
   * Gives the event of {@link #peek}, which must not be null, and goes on to the one behind it. It
   * is checked now that it is the recording's next, so that all before it can be read.
   */
  Event take() {
    Event event = Objects.requireNonNull(head);
    EventCheck.check(event, where);
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
