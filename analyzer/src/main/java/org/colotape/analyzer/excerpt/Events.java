package org.colotape.analyzer.excerpt;

import java.nio.ByteBuffer;
import java.util.List;
import org.colotape.schema.event.Direction;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;

/** Makes events. */
final class Events {
  private Events() {}

  /** The event's fields, not what they refer to. */
  static Event copyOf(Event event) {
    Event copy = new Event();
    event.getSchema().getFields().forEach(field -> copy.put(field.pos(), event.get(field.pos())));
    return copy;
  }

  /** An event that is not on the wire, of the same recording and time as another. */
  static Event beside(Event other, Kind kind, int checkpoint) {
    Event event = new Event();
    event.setRecording(other.getRecording());
    event.setCheckpoint(checkpoint);
    event.setChannel(0);
    event.setDirection(Direction.NONE);
    event.setStreamOffset(-1);
    event.setCaptureTime(other.getCaptureTime());
    event.setWire(ByteBuffer.allocate(0));
    event.setPageEnds(List.of());
    event.setKind(kind);
    return event;
  }
}
