package org.colotape.recorder.stream;

import java.util.List;
import org.colotape.schema.event.ColoMessageType;
import org.jspecify.annotations.Nullable;

/**
 * COLO messages on the wire: a 32-bit number (QEMU qapi/migration.json, COLOMessage;
 * migration/colo.c).
 */
final class ColoMessages {
  /** Bytes of a message, without the size that VMSTATE_SIZE adds. */
  static final int WORD = Integer.BYTES;

  private static final List<ColoMessageType> BY_NUMBER =
      List.of(
          ColoMessageType.CHECKPOINT_READY,
          ColoMessageType.CHECKPOINT_REQUEST,
          ColoMessageType.CHECKPOINT_REPLY,
          ColoMessageType.VMSTATE_SEND,
          ColoMessageType.VMSTATE_SIZE,
          ColoMessageType.VMSTATE_RECEIVED,
          ColoMessageType.VMSTATE_LOADED);

  private ColoMessages() {}

  /** The message with this number, or null if there is none. */
  static @Nullable ColoMessageType of(long number) {
    return number < BY_NUMBER.size() ? BY_NUMBER.get((int) number) : null;
  }

  /** The message's number on the wire. */
  static int number(ColoMessageType type) {
    return BY_NUMBER.indexOf(type);
  }
}
