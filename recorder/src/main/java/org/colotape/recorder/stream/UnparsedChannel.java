package org.colotape.recorder.stream;

import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.colotape.schema.event.Closing;
import org.colotape.schema.event.Direction;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.Opaque;

/** Keeps the bytes of a channel whose format is not read, as opaque events of 1 MiB. */
public final class UnparsedChannel implements ByteParser {
  private final Window window = new Window();
  private final EventEmitter emitter;
  private final Opaque opaque;

  /**
   * @param channel number of the channel that the bytes come from
   * @param direction which way they go
   * @param reason why they are not parsed
   * @param events takes the events, in the order of their stream offsets
   */
  public UnparsedChannel(int channel, Direction direction, String reason, Consumer<Event> events) {
    this.emitter = new EventEmitter(channel, direction, window, events);
    this.opaque = new Opaque(reason, "channel " + channel, false);
  }

  @Override
  public void feed(ByteBuffer bytes) {
    while (bytes.hasRemaining()) {
      window.append(bytes, (int) (emitter.cursor() + Limits.PIECE_BYTES - window.end()));
      if (window.has(emitter.cursor() + Limits.PIECE_BYTES)) {
        emit();
      }
    }
  }

  @Override
  public void end(Closing closing, String reason) {
    if (window.end() > emitter.cursor()) {
      emit();
    }
    emitter.emitEnd(true, closing, reason);
  }

  private void emit() {
    Event event = emitter.begin(Kind.OPAQUE, window.end());
    event.setOpaque(opaque);
    emitter.emit(event);
  }
}
