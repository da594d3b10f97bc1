package org.colotape.recorder.simulation;

import java.nio.ByteBuffer;
import org.colotape.schema.event.ColoMessageType;
import org.colotape.schema.event.Direction;
import org.jspecify.annotations.Nullable;

/**
 * The main connection of the pair, and when it is lost. COLO messages are their place in QEMU's
 * list, in 32 bits (QEMU qapi/migration.json, COLOMessage; migration/colo.c, colo_send_message).
 */
final class Link {
  private final PairOutput output;
  private final @Nullable ConnectionLoss failover;
  private final WireBytes main = new WireBytes();
  private int checkpoint;

  Link(PairOutput output, @Nullable ConnectionLoss failover) {
    this.output = output;
    this.failover = failover;
  }

  /** What the primary writes next on the main channel. */
  WireBytes main() {
    return main;
  }

  /** Lets go what the primary has written. */
  void flush() {
    if (main.length() > 0) {
      output.sent(0, Direction.PVM_TO_SVM, main.drain());
    }
  }

  /** The next checkpoint begins. */
  void begin(int number) {
    checkpoint = number;
  }

  /** A message of the primary. */
  void primarySays(ColoMessageType message) throws LinkLost {
    main.be32(number(message));
    flush();
    loseBehind(message);
  }

  /** A message of the secondary. */
  void secondarySays(ColoMessageType message) throws LinkLost {
    secondaryAdds(message);
    loseBehind(message);
  }

  /** A message of the secondary that no failover waits for. */
  void secondaryAdds(ColoMessageType message) {
    flush();
    ByteBuffer word = ByteBuffer.allocate(Integer.BYTES).putInt(0, number(message));
    output.sent(0, Direction.SVM_TO_PVM, word);
  }

  /** A framed message of the secondary with a number in it. */
  void secondaryFrames(int type, int payload) {
    flush();
    WireBytes frame = new WireBytes().be16(type).be16(Integer.BYTES).be32(payload);
    output.sent(0, Direction.SVM_TO_PVM, frame.drain());
  }

  /** True if the connection is lost in the middle of what follows a message. */
  boolean isLostInWhatFollows(ColoMessageType message) {
    return failover != null && failover.equals(new ConnectionLoss(message, checkpoint));
  }

  /** Loses the connection. */
  LinkLost lost() {
    flush();
    return new LinkLost(false, "connection lost: failover at checkpoint " + checkpoint);
  }

  private void loseBehind(ColoMessageType message) throws LinkLost {
    boolean middle =
        message == ColoMessageType.VMSTATE_SEND || message == ColoMessageType.VMSTATE_SIZE;
    if (!middle && isLostInWhatFollows(message)) {
      throw lost();
    }
  }

  static int number(ColoMessageType message) {
    return switch (message) {
      case CHECKPOINT_READY -> 0;
      case CHECKPOINT_REQUEST -> 1;
      case CHECKPOINT_REPLY -> 2;
      case VMSTATE_SEND -> 3;
      case VMSTATE_SIZE -> 4;
      case VMSTATE_RECEIVED -> 5;
      case VMSTATE_LOADED -> 6;
      case UNKNOWN -> throw new IllegalArgumentException("no message of COLO");
    };
  }
}
