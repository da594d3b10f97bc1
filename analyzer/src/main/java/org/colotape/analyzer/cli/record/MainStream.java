package org.colotape.analyzer.cli.record;

import org.colotape.schema.event.ColoMessageType;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;

/**
 * Follows the main channel from PVM to SVM to tell whether its last event is one that a migration
 * may end with: the device state of the initial migration or of a checkpoint, the VM description,
 * or the REQUEST of a checkpoint that never came (QEMU migration/savevm.c, migration/colo.c).
 * Anything else is the trace of a cut.
 */
final class MainStream {
  private Kind last = Kind.UNKNOWN;
  private ColoMessageType lastMessage = ColoMessageType.UNKNOWN;

  /** Takes the next event of the channel and direction; its CHANNEL_END is none of them. */
  void add(Event event) {
    last = event.getKind();
    if (last == Kind.COLO_MESSAGE) {
      lastMessage = event.getMessage().getType();
    }
  }

  /** True if nothing is missing behind the events so far. */
  boolean mayEnd() {
    return switch (last) {
      case VM_DESCRIPTION -> true;
      case COLO_MESSAGE -> lastMessage == ColoMessageType.CHECKPOINT_REQUEST;
      // in a checkpoint the RAM has an end of its own, and the state comes behind its size
      case END_OF_SECTIONS ->
          lastMessage == ColoMessageType.UNKNOWN || lastMessage == ColoMessageType.VMSTATE_SIZE;
      default -> false;
    };
  }
}
