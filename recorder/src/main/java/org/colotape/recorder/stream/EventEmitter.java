package org.colotape.recorder.stream;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;
import org.colotape.schema.event.ChannelEnd;
import org.colotape.schema.event.Closing;
import org.colotape.schema.event.Direction;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.Padding;
import org.colotape.schema.log.StreamBytes;

/**
 * Cuts one channel's bytes, in one direction, into events. Each event takes the bytes from where
 * the last one ended, and so each byte belongs to exactly one event whatever the parser does.
 */
final class EventEmitter {
  private static final ByteBuffer NO_BYTES = ByteBuffer.allocate(0);

  private final int channel;
  private final Direction direction;
  private final Window window;
  private final Consumer<Event> events;
  private long cursor;

  EventEmitter(int channel, Direction direction, Window window, Consumer<Event> events) {
    this.channel = channel;
    this.direction = direction;
    this.window = window;
    this.events = events;
  }

  /** Stream offset of the first byte that belongs to no event yet. */
  long cursor() {
    return cursor;
  }

  /** Emits the event that takes the bytes from the cursor to before {@code end}. */
  void emit(Kind kind, long end) {
    emit(begin(kind, end));
  }

  /** An event of these bytes, to be filled in and emitted. */
  Event begin(Kind kind, long end) {
    Event event = bare(kind);
    event.setWire(window.slice(cursor, end));
    return event;
  }

  /** Emits an event from {@link #begin}. */
  void emit(Event event) {
    cursor += StreamBytes.length(event);
    window.release(cursor);
    events.accept(event);
  }

  /** Moves the cursor over zeros that {@link #emitHole} will stand for; no event comes between. */
  void passOver(long end) {
    cursor = end;
    window.release(cursor);
  }

  /** Emits the event that takes the zeros from {@code begin} to before the cursor. */
  void emitHole(long begin) {
    Event event = bare(Kind.PADDING);
    event.setStreamOffset(begin);
    event.setWire(NO_BYTES.duplicate());
    event.setPadding(new Padding(cursor - begin));
    events.accept(event);
  }

  /** Says that no more bytes will come on this channel. */
  void emitEnd(boolean atBoundary, Closing closing, String reason) {
    Event event = bare(Kind.CHANNEL_END);
    event.setWire(NO_BYTES.duplicate());
    event.setChannelEnd(new ChannelEnd(cursor, atBoundary, reason, closing));
    events.accept(event);
  }

  private Event bare(Kind kind) {
    Event event = new Event();
    event.setKind(kind);
    event.setChannel(channel);
    event.setDirection(direction);
    event.setStreamOffset(cursor);
    event.setPageEnds(List.of());
    return event;
  }
}
