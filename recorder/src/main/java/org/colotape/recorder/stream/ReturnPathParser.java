package org.colotape.recorder.stream;

import java.util.function.Consumer;
import org.colotape.schema.event.ColoMessage;
import org.colotape.schema.event.ColoMessageType;
import org.colotape.schema.event.Direction;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.Opaque;
import org.colotape.schema.event.ReturnMessage;
import org.colotape.schema.wire.ColoWord;
import org.colotape.schema.wire.ReturnPathMessage;

/**
 * Parses the return path: framed messages of an ordinary migration (QEMU migration/savevm.c,
 * migrate_send_rp_message), COLO messages, and the one after the other. A frame begins with a type
 * that is not 0 in 16 bits, a COLO message with 24 zero bits at least, so the first two bytes tell
 * them apart.
 *
 * <p>It never throws because of its input. Not for several threads.
 */
public final class ReturnPathParser extends StepwiseParser {
  /** Why the beginning of a message whose rest never came is opaque. */
  private static final String CUT = "the return path ends in the middle of a message";

  private static final String PATH = "return path";

  /** The bitmap behind a RECV_BITMAP frame has its length before it and a mark behind it. */
  private static final int BITMAP_FRAME_BYTES = 2 * Long.BYTES;

  /** QEMU migration/ram.c, RAMBLOCK_RECV_BITMAP_ENDING. */
  private static final long BITMAP_END = 0x0123_4567_89ab_cdefL;

  /** Bytes of a bitmap and its mark that are still to come. */
  private long bitmapLeft;

  private boolean lost;
  private String reason = "";
  private long scanned;

  /**
   * @param channel number of the channel that the bytes come from
   * @param events takes the events, in the order of their stream offsets
   */
  public ReturnPathParser(int channel, Consumer<Event> events) {
    super(channel, Direction.SVM_TO_PVM, events);
  }

  @Override
  boolean mayEnd() {
    return bitmapLeft == 0;
  }

  @Override
  void flush() {
    // holds nothing back but what is opaque in any case
  }

  @Override
  Opaque rest() {
    return new Opaque(lost ? reason : CUT, PATH, !lost);
  }

  @Override
  void lose(String why) {
    lost = true;
    reason = why;
    scanned = emitter.cursor() + 1;
  }

  @Override
  Step step() throws Unparseable {
    return lost ? resume() : bitmapLeft > 0 ? bitmap() : message(emitter.cursor());
  }

  private Step message(long at) throws Unparseable {
    if (!window.has(at + ColoWord.BYTES)) {
      return Step.MORE;
    }
    int type = window.u16(at);
    if (type == 0) {
      ColoMessageType message = ColoWord.fromSecondary(window.u32(at));
      if (message == null) {
        throw new Unparseable("the secondary sends no COLO message " + window.u32(at));
      }
      Event event = emitter.begin(Kind.COLO_MESSAGE, at + ColoWord.BYTES);
      event.setMessage(new ColoMessage(message, 0L));
      emitter.emit(event);
      return Step.AGAIN;
    }
    return frame(at, type, window.u16(at + Short.BYTES));
  }

  private Step frame(long at, int type, int length) throws Unparseable {
    if (!ReturnPathMessage.known(type) || !ReturnPathMessage.of(type).allows(length)) {
      throw new Unparseable("return path message " + type + " with " + length + " bytes");
    }
    ReturnPathMessage message = ReturnPathMessage.of(type);
    long end = at + ReturnPathMessage.HEAD_BYTES + length;
    long whole = message == ReturnPathMessage.RECV_BITMAP ? end + Long.BYTES : end;
    if (!window.has(whole)) {
      return Step.MORE;
    }
    if (whole > end) {
      long size = window.u64(end);
      if (size < 0 || size > Limits.MAX_BITMAP_BYTES || size % Long.BYTES != 0) {
        throw new Unparseable(
            "a received-pages bitmap of " + Long.toUnsignedString(size) + " bytes");
      }
      bitmapLeft = size + BITMAP_FRAME_BYTES;
    }
    emit(message, end, length);
    return Step.AGAIN;
  }

  private Step bitmap() throws Unparseable {
    boolean last = bitmapLeft <= Limits.PIECE_BYTES;
    int piece = (int) (last ? bitmapLeft : Math.min(Limits.PIECE_BYTES, bitmapLeft - Long.BYTES));
    long end = emitter.cursor() + piece;
    if (!window.has(end)) {
      return Step.MORE;
    }
    if (last && window.u64(end - Long.BYTES) != BITMAP_END) {
      bitmapLeft = 0;
      throw new Unparseable("a received-pages bitmap without its end mark");
    }
    bitmapLeft -= piece;
    emit(ReturnPathMessage.RECV_BITMAP, end, piece);
    return Step.AGAIN;
  }

  private void emit(ReturnPathMessage message, long end, int length) {
    Event event = emitter.begin(Kind.RETURN_MESSAGE, end);
    event.setReply(new ReturnMessage(message.number(), message.name(), length));
    emitter.emit(event);
  }

  /** Looks for two messages that can follow each other, or one that ends the bytes. */
  private Step resume() {
    while (true) {
      switch (isTrusted(scanned)) {
        case YES -> {
          opaque(scanned);
          lost = false;
          return Step.AGAIN;
        }
        case NO -> {
          if (scanned == window.end()) {
            return Step.MORE;
          }
          scanned++;
          if (scanned - emitter.cursor() >= Limits.PIECE_BYTES) {
            opaque(scanned);
          }
        }
        case MORE -> {
          return Step.MORE;
        }
      }
    }
  }

  private Answer isTrusted(long at) {
    if (!window.has(at + ColoWord.BYTES)) {
      return window.lacking();
    }
    int type = window.u16(at);
    long end = at + ColoWord.BYTES;
    if (type != 0) {
      int length = window.u16(at + Short.BYTES);
      if (!ReturnPathMessage.isWhole(type, length)) {
        return Answer.NO;
      }
      end += length;
    } else if (ColoWord.fromSecondary(window.u32(at)) == null) {
      return Answer.NO;
    }
    if (!window.has(end + ColoWord.BYTES)) {
      return window.ended() && window.end() == end && window.u32(at) != 0
          ? Answer.YES
          : window.lacking();
    }
    return canFollow(at, end) ? Answer.YES : Answer.NO;
  }

  /** Whether the message at {@code next} can follow the one at {@code at}. */
  private boolean canFollow(long at, long next) {
    int type = window.u16(next);
    ColoMessageType message = type == 0 ? ColoWord.fromSecondary(window.u32(next)) : null;
    if (window.u16(at) != 0) {
      return message == ColoMessageType.CHECKPOINT_READY
          || ReturnPathMessage.isWhole(type, window.u16(next + Short.BYTES));
    }
    ColoMessageType before = ColoWord.fromSecondary(window.u32(at));
    return before != null && ColoWord.behind(before) == message;
  }

  private void opaque(long end) {
    if (end > emitter.cursor()) {
      Event event = emitter.begin(Kind.OPAQUE, end);
      event.setOpaque(new Opaque(reason, PATH, false));
      emitter.emit(event);
    }
  }
}
