package org.colotape.recorder.session;

import org.colotape.schema.digest.RunningDigest;
import org.colotape.schema.event.CheckpointSeal;
import org.colotape.schema.event.ColoMessageType;
import org.colotape.schema.event.Direction;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.MigrationEnd;
import org.colotape.schema.log.StreamBytes;
import org.colotape.schema.protocol.Ending;
import org.colotape.schema.protocol.Round;

/**
 * Follows one checkpoint after the other: which one an event belongs to, what it held, and whether
 * it was seen whole. A checkpoint begins with the primary's REQUEST; before the first one is
 * checkpoint 0, the initial migration.
 */
final class CheckpointTracker {
  private final RunningDigest digest = new RunningDigest();
  private final Damage damage = new Damage();
  private final Round round = new Round();
  private final Ending ending = new Ending(round);
  private int checkpoint;
  private long events;
  private long pages;
  private long wireBytes;
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
      case COLO_MESSAGE -> isRequest(event) ? !headLost : stateEnded;
      case OPAQUE, MIG_COMMAND, SECTION_START, PAGE -> isBehindState();
      default -> false;
    };
  }

  /** Counts an event of the checkpoint that is going on. */
  void add(Event event) {
    events++;
    wireBytes += StreamBytes.length(event);
    StreamBytes.digest(event, digest);
    damage.see(event);
    round.see(event);
    ending.see(event);
    switch (event.getKind()) {
      case PAGE -> pages += event.getPage().getPages();
      case END_OF_SECTIONS -> stateEnded |= round.stage() == Round.Stage.WHOLE;
      default -> {}
    }
    if (isOfMainStream(event)) {
      headLost = event.getKind() == Kind.OPAQUE && checkpoint > 0 && (headLost || !headSeen);
      headSeen = true;
    }
  }

  /** How the migration ended, as far as it was told. */
  MigrationEnd ending() {
    return ending.end();
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
    stateEnded = false;
    damage.forget();
    headLost = false;
    headSeen = false;
    return seal;
  }

  private boolean isBehindState() {
    return round.isColo() && stateEnded;
  }

  private static boolean isOfMainStream(Event event) {
    return event.getDirection() == Direction.PVM_TO_SVM && event.getChannel() == 0;
  }

  private static boolean isRequest(Event event) {
    return event.getMessage().getType() == ColoMessageType.CHECKPOINT_REQUEST;
  }
}
