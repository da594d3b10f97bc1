package org.colotape.schema.kafka;

import java.nio.ByteBuffer;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.codec.EventCodec;
import org.colotape.schema.event.Event;
import org.jspecify.annotations.Nullable;

/** What a topic's records are before they are events: whatever another program has put there. */
final class Records {
  private Records() {}

  /**
   * The event in a record.
   *
   * @param where tells where the record is, for the error message
   * @throws ColotapeException if it holds nothing, more than any event has, or no event
   */
  static Event event(
      ConsumerRecord<String, ByteBuffer> record, EventCodec<Event> codec, Supplier<String> where) {
    @Nullable ByteBuffer value = record.value();
    if (value == null) {
      throw new ColotapeException(
          "a record without contents",
          where.get(),
          "another program has written to the topic: record again");
    }
    if (value.remaining() > ClientSettings.MAX_MESSAGE) {
      throw new ColotapeException(
          "a record of %d bytes, where an event has at most %d"
              .formatted(value.remaining(), ClientSettings.MAX_MESSAGE),
          where.get(),
          "another program has written to the topic: record again");
    }
    return codec.decode(value, where);
  }
}
