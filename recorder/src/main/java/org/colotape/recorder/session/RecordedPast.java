package org.colotape.recorder.session;

import java.util.function.Consumer;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.log.RecordingTotals;

/**
 * What a recording holds when a session goes on with it: it is shown all events in seq order, and
 * stands then where the session stood that made them.
 */
public final class RecordedPast implements Consumer<Event> {
  private final CheckpointTracker tracker = new CheckpointTracker();
  private final PacketPlaces packets = new PacketPlaces();
  private final RecordingTotals totals = new RecordingTotals();
  private Kind last = Kind.UNKNOWN;

  @Override
  public void accept(Event event) {
    totals.add(event);
    packets.complete(event);
    last = event.getKind();
    if (last == Kind.CHECKPOINT_SEALED) {
      tracker.finish();
    } else {
      tracker.add(event);
    }
  }

  /** Follows the checkpoints; the session takes it over. */
  CheckpointTracker tracker() {
    return tracker;
  }

  /** Knows the packets; the session takes it over. */
  PacketPlaces packets() {
    return packets;
  }

  /** Counts the events; the session takes it over. */
  RecordingTotals totals() {
    return totals;
  }

  boolean justSealed() {
    return last == Kind.CHECKPOINT_SEALED;
  }

  boolean ended() {
    return last == Kind.RECORDING_END;
  }
}
