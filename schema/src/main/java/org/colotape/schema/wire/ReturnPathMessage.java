package org.colotape.schema.wire;

import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.ReturnMessage;
import org.jspecify.annotations.Nullable;

/**
 * Framed messages of the return path (QEMU migration/migration.h, enum mig_rp_message_type;
 * rp_cmd_args).
 */
public enum ReturnPathMessage {
  /** The load is over: 0 if it went well. */
  SHUT(1, 4, 4),
  /** Answers the PING with the same number. */
  PONG(2, 4, 4),
  /** Asks for pages of a named block. */
  REQ_PAGES_ID(3, 13, 12 + 256),
  /** Asks for pages of the block that was named last. */
  REQ_PAGES(4, 12, 12),
  /** Names a block whose bitmap of received pages follows. */
  RECV_BITMAP(5, 2, 256),
  /** The lost postcopy migration can go on. */
  RESUME_ACK(6, 4, 4),
  /** The secondary is prepared for the switchover. */
  SWITCHOVER_ACK(7, 0, 0);

  /** Bytes of a frame before its payload: the number and the length of the payload. */
  public static final int HEAD_BYTES = 2 * Short.BYTES;

  private static final ReturnPathMessage[] ALL = values();

  private final int number;
  private final int least;
  private final int most;

  ReturnPathMessage(int number, int least, int most) {
    this.number = number;
    this.least = least;
    this.most = most;
  }

  /** True if a payload of this many bytes is allowed. */
  public boolean allows(int length) {
    return length >= least && length <= most;
  }

  /** True if this is a message that has no more behind its payload, with such a payload. */
  public static boolean isWhole(int number, int length) {
    return known(number) && number != RECV_BITMAP.number && of(number).allows(length);
  }

  /** True if a message has this number. */
  public static boolean known(int number) {
    return number >= 1 && number <= ALL.length;
  }

  /** The message with this number, which must be {@link #known}. */
  public static ReturnPathMessage of(int number) {
    return ALL[number - 1];
  }

  /** The message of an event; null if none is known that has its number. */
  public static @Nullable ReturnPathMessage of(ReturnMessage message) {
    return known(message.getType()) ? of(message.getType()) : null;
  }

  /** True if the event is this message. */
  public boolean is(Event event) {
    return event.getKind() == Kind.RETURN_MESSAGE && event.getReply().getType() == number;
  }

  /** Its number on the wire. */
  public int number() {
    return number;
  }
}
