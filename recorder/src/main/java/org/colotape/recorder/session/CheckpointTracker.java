package org.colotape.recorder.session;

import org.colotape.schema.digest.RunningDigest;
import org.colotape.schema.event.CheckpointSeal;
import org.colotape.schema.event.ColoMessageType;
import org.colotape.schema.event.Direction;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.log.StreamBytes;
import org.colotape.schema.wire.MigrationCommand;

/**
 * Follows one checkpoint after the other: which one an event belongs to, what it held, and whether
 * it was seen whole. A checkpoint begins with the primary's REQUEST; before the first one is
 * checkpoint 0, the initial migration.
 */
final class CheckpointTracker {
  private final RunningDigest digest = new RunningDigest();
  private final Damage damage = new Damage();
  private boolean colo;
  private int checkpoint;
  private long events;
  private long pages;
  private long wireBytes;
  private boolean sizeSeen;
  private boolean stateEnded;

  /** True if nothing of the primary's main channel was seen but bytes that could not be parsed. */
  private boolean headLost;

  private boolean headSeen;

  /** Number of the checkpoint that is going on. */
  int checkpoint() {
    return checkpoint;
  }

  /**
   * True if this event begins a new checkpoint: the REQUEST, or, where that was lost, what comes
   * first behind the state of the checkpoint before. Otherwise one damaged message would shift all
   * numbers behind it.
   */
  boolean begins(Event event) {
    if (!isOfMainStream(event)) {
      return false;
    }
    return switch (event.getKind()) {
      case COLO_MESSAGE -> isRequest(event) ? !headLost : isBehindState();
      case OPAQUE, MIG_COMMAND, SECTION_START, PAGE -> isBehindState();
      default -> false;
    };
  }

  /** Counts an event of the checkpoint that is going on. */
  void add(Event event) {
    events++;
    wireBytes += StreamBytes.length(event);
    StreamBytes.forEach(event, digest::add);
    damage.see(event);
    switch (event.getKind()) {
      case PAGE -> pages += event.getPage().getPages();
      case MIG_COMMAND -> colo |= MigrationCommand.ENABLE_COLO.is(event);
      case COLO_MESSAGE -> {
        colo = true;
        sizeSeen |= event.getMessage().getType() == ColoMessageType.VMSTATE_SIZE;
      }
      case END_OF_SECTIONS -> stateEnded |= sizeSeen || checkpoint == 0;
      default -> {}
    }
    if (isOfMainStream(event)) {
      headLost = event.getKind() == Kind.OPAQUE && checkpoint > 0 && (headLost || !headSeen);
      headSeen = true;
    }
  }

  /** What the checkpoint held; the next one begins. */
  CheckpointSeal finish() {
    CheckpointSeal seal =
        new CheckpointSeal(
            stateEnded && !damage.isThere(), events, pages, wireBytes, digest.finish().toEvent());
    checkpoint++;
    events = 0;
    pages = 0;
    wireBytes = 0;
    sizeSeen = false;
    stateEnded = false;
    damage.forget();
    headLost = false;
    headSeen = false;
    return seal;
  }

  private boolean isBehindState() {
    return colo && stateEnded;
  }

  private static boolean isOfMainStream(Event event) {
    return event.getDirection() == Direction.PVM_TO_SVM && event.getChannel() == 0;
  }

  private static boolean isRequest(Event event) {
    return event.getMessage().getType() == ColoMessageType.CHECKPOINT_REQUEST;
  }
}
