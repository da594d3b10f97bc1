package org.colotape.recorder.stream;

import org.colotape.schema.event.ColoMessage;
import org.colotape.schema.event.ColoMessageType;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.wire.ColoWord;

/** Reads the primary's COLO messages (QEMU migration/colo.c, colo_do_checkpoint_transaction). */
final class MessageReader {
  private final Window window;
  private final EventEmitter emitter;
  private final StreamState state;
  private ColoMessageType last = ColoMessageType.UNKNOWN;

  MessageReader(Window window, EventEmitter emitter, StreamState state) {
    this.window = window;
    this.emitter = emitter;
    this.state = state;
  }

  /** The message that was read last. */
  ColoMessageType last() {
    return last;
  }

  /** Reads one message, and opens the blob that a VMSTATE_SIZE brings. */
  Step step() throws Unparseable {
    long at = emitter.cursor();
    if (!window.has(at + 1)) {
      return Step.MORE;
    }
    if (!state.coloEnabled) {
      return firstRequest(at);
    }
    long end = at + ColoWord.BYTES;
    if (!window.has(end)) {
      return Step.MORE;
    }
    ColoMessageType type = ColoWord.fromPrimary(window.u32(at));
    if (type == null) {
      throw new Unparseable("the primary sends no COLO message " + window.u32(at));
    }
    long size = 0;
    if (type == ColoMessageType.VMSTATE_SIZE) {
      end += Long.BYTES;
      if (!window.has(end)) {
        return Step.MORE;
      }
      size = window.u64(end - Long.BYTES);
      if (size < 0 || size > Limits.MAX_REGION_BYTES) {
        throw new Unparseable("a vmstate blob of " + Long.toUnsignedString(size) + " bytes");
      }
    }
    Event event = emitter.begin(Kind.COLO_MESSAGE, end);
    event.setMessage(new ColoMessage(type, size));
    emitter.emit(event);
    if (size > 0) {
      state.openRegion(StreamState.Region.BLOB, end + size);
    }
    last = type;
    return Step.DONE;
  }

  /**
   * Nothing announces COLO since QEMU 11.1, and before it ENABLE_COLO may have been lost: behind an
   * ordinary migration nothing stands at all, so that a REQUEST there tells.
   */
  private Step firstRequest(long at) throws Unparseable {
    if (!window.has(at + ColoWord.BYTES)) {
      return Step.MORE;
    }
    if (ColoWord.fromPrimary(window.u32(at)) != ColoMessageType.CHECKPOINT_REQUEST) {
      throw new Unparseable("bytes behind the end of the migration");
    }
    state.coloEnabled = true;
    return Step.AGAIN;
  }
}
