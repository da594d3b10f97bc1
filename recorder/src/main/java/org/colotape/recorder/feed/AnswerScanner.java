package org.colotape.recorder.feed;

import java.nio.ByteBuffer;
import org.colotape.schema.event.ColoMessageType;
import org.colotape.schema.wire.ColoWord;
import org.colotape.schema.wire.ReturnPathMessage;
import org.jspecify.annotations.Nullable;

/**
 * Finds COLO messages in what the secondary answers: words of four bytes, led by READY (QEMU
 * migration/colo.c). Where the migration has a return path of its own, frames come before them, the
 * last of which is SHUT (QEMU migration/savevm.c, migrate_send_rp_message). No frame begins as
 * READY does: its number is never 0. A return path without READY holds no COLO message.
 */
public final class AnswerScanner {
  /** Where it is between two messages. */
  private enum Expected {
    FRAME,
    READY,
    WORD,
    /** What comes is not understood, or no COLO. */
    NOTHING
  }

  private Expected expected = Expected.FRAME;
  private int word;
  private int bytes;

  /** Bytes that are left of the payload of a frame. */
  private int payload;

  private @Nullable ColoMessageType message;

  /** Nothing has come yet. */
  public AnswerScanner() {
    // begins with a frame, or with READY
  }

  /**
   * Takes the next byte.
   *
   * @return true if what came up to here is whole: the byte ends a message, or belongs to none
   */
  public boolean take(byte next) {
    message = null;
    if (expected == Expected.NOTHING) {
      return true;
    }
    if (payload > 0) {
      payload--;
      return payload == 0;
    }
    word = word << Byte.SIZE | (next & 0xff);
    bytes++;
    if (bytes < ColoWord.BYTES) {
      return false;
    }
    bytes = 0;
    return (expected == Expected.WORD || isReady()) ? colo() : frame();
  }

  /** The COLO message that the last byte has ended; null if it was none. */
  public @Nullable ColoMessageType message() {
    return message;
  }

  /**
   * Passes over the buffer to behind the next REPLY or LOADED.
   *
   * @return which it is; null if the buffer holds no more
   */
  @Nullable ColoMessageType next(ByteBuffer chunk) {
    while (expected != Expected.NOTHING && chunk.hasRemaining()) {
      take(chunk.get());
      if (message == ColoMessageType.CHECKPOINT_REPLY
          || message == ColoMessageType.VMSTATE_LOADED) {
        return message;
      }
    }
    chunk.position(chunk.limit());
    return null;
  }

  private boolean isReady() {
    return word == ColoWord.number(ColoMessageType.CHECKPOINT_READY);
  }

  private boolean colo() {
    expected = Expected.WORD;
    message = ColoWord.fromSecondary(Integer.toUnsignedLong(word));
    return true;
  }

  /** The head of a frame. The bitmap that one kind has behind it is of postcopy, never of COLO. */
  private boolean frame() {
    int number = word >>> Short.SIZE;
    int length = word & 0xffff;
    if (expected != Expected.FRAME || !ReturnPathMessage.isWhole(number, length)) {
      expected = Expected.NOTHING;
      return true;
    }
    if (number == ReturnPathMessage.SHUT.number()) {
      expected = Expected.READY;
    }
    payload = length;
    return length == 0;
  }
}
