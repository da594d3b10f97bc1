package org.colotape.recorder.stream;

import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.colotape.schema.event.Closing;
import org.colotape.schema.event.Direction;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.Opaque;

/**
 * Reads a channel one step at a time, each from its cursor on, as far as its bytes have come. What
 * can't be read does not end it: the parser loses its place there, and finds another.
 */
abstract sealed class StepwiseParser implements ByteParser
    permits MultifdParser, PreemptParser, ReturnPathParser, StreamParser {
  /** Bytes taken at once: more would only make the window larger. */
  private static final int BITE = 1 << 18;

  final Window window = new Window();
  final EventEmitter emitter;

  /**
   * @param channel number of the channel that the bytes come from
   * @param direction which way they go
   * @param events takes the events, in the order of their stream offsets
   */
  StepwiseParser(int channel, Direction direction, Consumer<Event> events) {
    emitter = new EventEmitter(channel, direction, window, events);
  }

  /** Reads what stands at the cursor; {@link Step#MORE} if too few bytes have come. */
  abstract Step step() throws Unparseable;

  /** What stands at the cursor can't be read, for this reason: the next step looks further. */
  abstract void lose(String reason);

  /** Whether a channel whose bytes have all been read may end here. */
  abstract boolean mayEnd();

  /** No more bytes come: emits what was held back in the hope of more. */
  abstract void flush();

  /** Says of the bytes that are still left at the end why they could not be read. */
  abstract Opaque rest();

  @Override
  public final void feed(ByteBuffer bytes) {
    while (bytes.hasRemaining()) {
      window.append(bytes, BITE);
      parse();
    }
  }

  @Override
  public final void end(Closing closing, String reason) {
    window.markEnded();
    parse();
    boolean atBoundary = emitter.cursor() == window.end() && mayEnd();
    flush();
    if (emitter.cursor() < window.end()) {
      Event event = emitter.begin(Kind.OPAQUE, window.end());
      event.setOpaque(rest());
      emitter.emit(event);
    }
    emitter.emitEnd(atBoundary, closing, reason);
  }

  /** Reads what there is as if no more bytes came. */
  final void parseAsIfEnded() {
    window.markEnded();
    parse();
    window.markOpen();
  }

  private void parse() {
    Step step = Step.AGAIN;
    while (step != Step.MORE) {
      try {
        step = step();
      } catch (Unparseable e) {
        lose(e.reason());
      }
    }
  }
}
