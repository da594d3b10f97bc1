package org.colotape.analyzer.verdict;

import org.colotape.recorder.stream.StreamParser;
import org.colotape.schema.event.ColoMessageType;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.jspecify.annotations.Nullable;

/**
 * Follows the messages of primary and secondary, which have one order only (QEMU migration/colo.c).
 * Tells the first that came out of turn, and where a checkpoint went no further.
 */
final class Conversation {
  private ColoMessageType last = ColoMessageType.UNKNOWN;
  private long lastSeq;
  private int checkpoint;
  private boolean bothSides;
  private boolean damaged;
  private Remark.@Nullable OutOfTurn outOfTurn;

  /** Sees the next event. */
  void see(Event event) {
    if (event.getKind() == Kind.RECORDING_START) {
      bothSides = event.getStart().getReturnPath();
    } else if (event.getKind() == Kind.OPAQUE) {
      damaged |= !StreamParser.isCut(event.getOpaque().getReason());
    } else if (event.getKind() == Kind.COLO_MESSAGE) {
      follow(event);
    }
  }

  /** The first message that came out of turn; null if none did, or some may be lost to damage. */
  Remark.@Nullable OutOfTurn outOfTurn() {
    return outOfTurn;
  }

  /**
   * Where the last checkpoint went no further; null if it went to its end, or messages may be lost
   * to damage.
   */
  Remark.@Nullable Stopped stopped() {
    ColoMessageType awaited = behind(last);
    boolean over = last == ColoMessageType.VMSTATE_LOADED;
    return over
            || damaged
            || !bothSides
            || awaited == null
            || awaited == ColoMessageType.CHECKPOINT_REQUEST
        ? null
        : new Remark.Stopped(checkpoint, last, awaited, lastSeq);
  }

  private void follow(Event event) {
    ColoMessageType message = event.getMessage().getType();
    ColoMessageType awaited = behind(last);
    if (bothSides && !damaged && outOfTurn == null && awaited != null && awaited != message) {
      outOfTurn = new Remark.OutOfTurn(event.getCheckpoint(), message, awaited, event.getSeq());
    }
    last = message;
    lastSeq = event.getSeq();
    checkpoint = event.getCheckpoint();
  }

  /** What must follow a message; null if that can't be said. */
  private static @Nullable ColoMessageType behind(ColoMessageType message) {
    return switch (message) {
      case UNKNOWN -> null;
      case CHECKPOINT_READY, VMSTATE_LOADED -> ColoMessageType.CHECKPOINT_REQUEST;
      case CHECKPOINT_REQUEST -> ColoMessageType.CHECKPOINT_REPLY;
      case CHECKPOINT_REPLY -> ColoMessageType.VMSTATE_SEND;
      case VMSTATE_SEND -> ColoMessageType.VMSTATE_SIZE;
      case VMSTATE_SIZE -> ColoMessageType.VMSTATE_RECEIVED;
      case VMSTATE_RECEIVED -> ColoMessageType.VMSTATE_LOADED;
    };
  }
}
