package org.colotape.schema.wire;

import java.util.List;
import org.colotape.schema.event.ColoMessageType;
import org.jspecify.annotations.Nullable;

/**
 * COLO messages on the wire: a 32-bit number (QEMU qapi/migration.json, COLOMessage;
 * migration/colo.c).
 */
public final class ColoWord {
  /** Bytes of a message, without the size that VMSTATE_SIZE adds. */
  public static final int BYTES = Integer.BYTES;

  private static final List<ColoMessageType> BY_NUMBER =
      List.of(
          ColoMessageType.CHECKPOINT_READY,
          ColoMessageType.CHECKPOINT_REQUEST,
          ColoMessageType.CHECKPOINT_REPLY,
          ColoMessageType.VMSTATE_SEND,
          ColoMessageType.VMSTATE_SIZE,
          ColoMessageType.VMSTATE_RECEIVED,
          ColoMessageType.VMSTATE_LOADED);

  private ColoWord() {}

  /** The message from PVM to SVM with this number, or null if there is none. */
  public static @Nullable ColoMessageType fromPrimary(long number) {
    ColoMessageType type = of(number);
    return type != null && isFromPrimary(type) ? type : null;
  }

  /** The message from SVM to PVM with this number, or null if there is none. */
  public static @Nullable ColoMessageType fromSecondary(long number) {
    ColoMessageType type = of(number);
    return type == null || isFromPrimary(type) ? null : type;
  }

  /**
   * What the secondary sends behind this message of its own, if all goes well; UNKNOWN behind one
   * of the primary.
   */
  public static ColoMessageType behind(ColoMessageType before) {
    return before == ColoMessageType.UNKNOWN || isFromPrimary(before)
        ? ColoMessageType.UNKNOWN
        : ofSameSide(before);
  }

  /** What the primary sends behind this message of its own; REQUEST behind UNKNOWN. */
  public static ColoMessageType behindOfPrimary(ColoMessageType before) {
    return isFromPrimary(before) ? ofSameSide(before) : ColoMessageType.CHECKPOINT_REQUEST;
  }

  private static ColoMessageType ofSameSide(ColoMessageType before) {
    boolean primary = isFromPrimary(before);
    ColoMessageType message = next(before);
    while (message != null && isFromPrimary(message) != primary) {
      message = next(message);
    }
    return message == null ? ColoMessageType.UNKNOWN : message;
  }

  /**
   * The message that must come next, of whichever side: each side waits for the other (QEMU
   * migration/colo.c, colo_do_checkpoint_transaction and colo_incoming_process_checkpoint). Null
   * behind UNKNOWN.
   */
  public static @Nullable ColoMessageType next(ColoMessageType before) {
    return switch (before) {
      case UNKNOWN -> null;
      case CHECKPOINT_READY, VMSTATE_LOADED -> ColoMessageType.CHECKPOINT_REQUEST;
      case CHECKPOINT_REQUEST -> ColoMessageType.CHECKPOINT_REPLY;
      case CHECKPOINT_REPLY -> ColoMessageType.VMSTATE_SEND;
      case VMSTATE_SEND -> ColoMessageType.VMSTATE_SIZE;
      case VMSTATE_SIZE -> ColoMessageType.VMSTATE_RECEIVED;
      case VMSTATE_RECEIVED -> ColoMessageType.VMSTATE_LOADED;
    };
  }

  /** The message's number on the wire. */
  public static int number(ColoMessageType type) {
    return BY_NUMBER.indexOf(type);
  }

  private static @Nullable ColoMessageType of(long number) {
    return number < BY_NUMBER.size() ? BY_NUMBER.get((int) number) : null;
  }

  /** True if the primary sends this message, and not the secondary. */
  public static boolean isFromPrimary(ColoMessageType type) {
    return switch (type) {
      case CHECKPOINT_REQUEST, VMSTATE_SEND, VMSTATE_SIZE -> true;
      case CHECKPOINT_READY, CHECKPOINT_REPLY, VMSTATE_RECEIVED, VMSTATE_LOADED, UNKNOWN -> false;
    };
  }
}
