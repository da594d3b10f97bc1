package org.colotape.recorder.journal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.colotape.schema.event.Closing;
import org.jspecify.annotations.Nullable;

/**
 * One record of a journal. In a file it is a head of {@value RecordHead#BYTES} bytes (see {@link
 * RecordHead}) and the payload.
 *
 * @param type what it is
 * @param lane where the bytes came from; for observations and the close channel 0 and no direction
 * @param time when it was written, in nanoseconds since 1970
 * @param offset stream offset of the first byte; for an end the length of the lane; for an
 *     observation its number: 0, 1, ...
 * @param payload the bytes, an encoded event, or the reason as text
 */
public record JournalRecord(
    Type type, JournalLane lane, long time, long offset, ByteBuffer payload) {
  /** What a record is. */
  public enum Type {
    /** Bytes that a lane carried. */
    BYTES(1),
    /** A lane carries no more: the reason. Written by Colotape 1, in whose place CLOSED came. */
    END(2),
    /** A piece of memory seen from outside: an event in the codec of the log. */
    OBSERVATION(3),
    /** The migration ended, and every byte of it is in the journal. */
    CLOSE(4),
    /** The journal ended before the migration did. */
    CUT(5),
    /** A lane was opened, and may carry something. */
    OPEN(6),
    /** A lane carries no more: u8 what ended it, and the reason. */
    CLOSED(7);

    private final int code;

    Type(int code) {
      this.code = code;
    }

    /** Its number in a file. */
    int code() {
      return code;
    }

    /** The type of a number; null if there is none. */
    static @Nullable Type of(int code) {
      for (Type type : values()) {
        if (type.code == code) {
          return type;
        }
      }
      return null;
    }
  }

  /** The record with a payload that can be read without this one's changing. */
  public JournalRecord copy() {
    return new JournalRecord(type, lane, time, offset, payload.duplicate());
  }

  /** The payload as text. */
  public String text() {
    return StandardCharsets.UTF_8.decode(payload.duplicate()).toString();
  }

  /** The payload of a record of type CLOSED. */
  static ByteBuffer ending(Closing closing, String reason) {
    byte[] text = reason.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(1 + text.length).put((byte) code(closing)).put(text).flip();
  }

  /** What ended a lane, of a record of type END or CLOSED. */
  public Closing closing() {
    if (type != Type.CLOSED || !payload.hasRemaining()) {
      return Closing.UNKNOWN;
    }
    int code = payload.get(payload.position());
    return Stream.of(Closing.values())
        .filter(closing -> code(closing) == code)
        .findFirst()
        .orElse(Closing.UNKNOWN);
  }

  /** Why a lane ended, of a record of type END or CLOSED. */
  public String reason() {
    ByteBuffer text = payload.duplicate();
    if (type == Type.CLOSED && text.hasRemaining()) {
      text.get();
    }
    return StandardCharsets.UTF_8.decode(text).toString();
  }

  /** Numbers in a file: they stay, whatever becomes of the enum. */
  private static int code(Closing closing) {
    return switch (closing) {
      case UNKNOWN -> 0;
      case CLOSED -> 1;
      case BROKEN_BY_SENDER -> 2;
      case BROKEN_BY_RECEIVER -> 3;
      case STOPPED -> 4;
      case FILE_ENDED -> 5;
      case FILE_UNREADABLE -> 6;
      case BROKEN -> 7;
    };
  }

  /** Stream offset behind the last byte. */
  public long end() {
    return type == Type.BYTES ? offset + payload.remaining() : offset;
  }
}
