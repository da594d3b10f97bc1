package org.colotape.recorder.session;

import org.colotape.schema.digest.RunningDigest;
import org.colotape.schema.event.CheckpointSeal;
import org.colotape.schema.event.ColoMessageType;
import org.colotape.schema.event.Direction;
import org.colotape.schema.event.Event;

/**
 * Follows one checkpoint after the other: which one an event belongs to, what it held, and whether
 * it was seen whole. A checkpoint begins with the primary's REQUEST; before the first one is
 * checkpoint 0, the initial migration.
 */
final class CheckpointTracker {
  private final RunningDigest digest = new RunningDigest();
  private int checkpoint;
  private long events;
  private long pages;
  private long wireBytes;
  private boolean sizeSeen;
  private boolean stateEnded;
  private boolean damaged;

  /** Number of the checkpoint that is going on. */
  int checkpoint() {
    return checkpoint;
  }

  /** True if this event begins a new checkpoint. */
  static boolean begins(Event event) {
    return switch (event.getKind()) {
      case COLO_MESSAGE ->
          event.getDirection() == Direction.PVM_TO_SVM
              && event.getMessage().getType() == ColoMessageType.CHECKPOINT_REQUEST;
      default -> false;
    };
  }

  /** Counts an event of the checkpoint that is going on. */
  void add(Event event) {
    events++;
    wireBytes += event.getWire().remaining();
    digest.add(event.getWire());
    switch (event.getKind()) {
      case PAGE -> pages += event.getPage().getPages();
      case COLO_MESSAGE -> sizeSeen |= event.getMessage().getType() == ColoMessageType.VMSTATE_SIZE;
      case END_OF_SECTIONS -> stateEnded |= sizeSeen || checkpoint == 0;
      case OPAQUE -> damaged = true;
      default -> {}
    }
  }

  /** What the checkpoint held; the next one begins. */
  CheckpointSeal finish() {
    CheckpointSeal seal =
        new CheckpointSeal(
            stateEnded && !damaged, events, pages, wireBytes, digest.finish().toEvent());
    checkpoint++;
    events = 0;
    pages = 0;
    wireBytes = 0;
    sizeSeen = false;
    stateEnded = false;
    damaged = false;
    return seal;
  }
}
