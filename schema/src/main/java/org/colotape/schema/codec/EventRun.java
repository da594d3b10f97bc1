package org.colotape.schema.codec;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificDatumReader;
import org.colotape.schema.event.Event;

/**
 * Reads events that stand one behind the other, without anything between them, as in a block of a
 * tape. An event has memory of its own, so that it does not keep its whole block.
 */
public final class EventRun {
  private final SpecificDatumReader<Event> reader;
  private final Consumer<Event> completion;
  private SharingDecoder decoder = SharingDecoder.copying(ByteBuffer.allocate(0));

  /** Events that were written with this schema, which must be one that can be read. */
  public EventRun(Schema written) {
    this.reader = new SpecificDatumReader<>(written, Event.getClassSchema(), EventModel.create());
    this.completion = OldEvents.completing(written);
  }

  /** From now on the events are those of these bytes. */
  public void begin(ByteBuffer bytes) {
    decoder = SharingDecoder.copying(bytes);
  }

  /** True if there are no bytes left. */
  public boolean isEnd() {
    return decoder.isEnd();
  }

  /**
   * The next event.
   *
   * @throws IOException or any unchecked exception if the bytes are none
   */
  public Event next() throws IOException {
    Event event = reader.read(null, decoder);
    completion.accept(event);
    return event;
  }
}
