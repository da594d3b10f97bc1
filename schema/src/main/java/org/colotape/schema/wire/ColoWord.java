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
    return switch (before) {
      case CHECKPOINT_READY, VMSTATE_LOADED -> ColoMessageType.CHECKPOINT_REPLY;
      case CHECKPOINT_REPLY -> ColoMessageType.VMSTATE_RECEIVED;
      case VMSTATE_RECEIVED -> ColoMessageType.VMSTATE_LOADED;
      case CHECKPOINT_REQUEST, VMSTATE_SEND, VMSTATE_SIZE, UNKNOWN -> ColoMessageType.UNKNOWN;
    };
  }

  /** The message's number on the wire. */
  public static int number(ColoMessageType type) {
    return BY_NUMBER.indexOf(type);
  }

  private static @Nullable ColoMessageType of(long number) {
    return number < BY_NUMBER.size() ? BY_NUMBER.get((int) number) : null;
  }

  private static boolean isFromPrimary(ColoMessageType type) {
    return switch (type) {
      case CHECKPOINT_REQUEST, VMSTATE_SEND, VMSTATE_SIZE -> true;
      case CHECKPOINT_READY, CHECKPOINT_REPLY, VMSTATE_RECEIVED, VMSTATE_LOADED, UNKNOWN -> false;
    };
  }
}
