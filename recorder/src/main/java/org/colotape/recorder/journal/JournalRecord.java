package org.colotape.recorder.journal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
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
    /** A lane carries no more. */
    END(2),
    /** A piece of memory seen from outside: an event in the codec of the log. */
    OBSERVATION(3),
    /** The migration ended, and every byte of it is in the journal. */
    CLOSE(4),
    /** The journal ended before the migration did. */
    CUT(5),
    /** A lane was opened, and may carry something. */
    OPEN(6);

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

  /** Stream offset behind the last byte. */
  public long end() {
    return type == Type.BYTES ? offset + payload.remaining() : offset;
  }
}
