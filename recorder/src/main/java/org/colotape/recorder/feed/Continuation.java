package org.colotape.recorder.feed;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.colotape.recorder.journal.JournalLane;
import org.colotape.recorder.session.RecordingSession;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.event.Direction;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.jspecify.annotations.Nullable;

/**
 * Stands between parsers and session, and drops the events that the recording holds already: the
 * parsers make them again, in the same order for each lane.
 */
final class Continuation implements Consumer<Event> {
  private final Map<JournalLane, Lot> lots = new HashMap<>();
  private long observations;
  private @Nullable RecordingSession session;

  /** What is known of a lane. */
  private static final class Lot {
    private long present;
    private long presentBytes;
    private long made;
    private long madeBytes;
  }

  /** Learns of an event that the recording holds. Called before {@link #begin}. */
  void present(Event event) {
    if (event.getKind() == Kind.OBSERVATION || event.getKind() == Kind.OBSERVATION_MISSED) {
      observations++;
    }
    if (event.getDirection() != Direction.NONE) {
      Lot lot = lot(event);
      lot.present++;
      lot.presentBytes += event.getWire().remaining();
    }
  }

  /**
   * From now on, what the recording does not hold goes to the session.
   *
   * @param begins where the rest of each lane begins
   */
  void begin(RecordingSession session, Map<JournalLane, Long> begins) {
    this.session = session;
    begins.forEach((lane, offset) -> {
      if (lane.direction() != Direction.NONE && offset > consumed(lane)) {
        throw differs(lane, offset);
      }
    });
    lots.forEach((lane, lot) -> {
      if (lot.made > lot.present) {
        throw differs(lane, lot.madeBytes);
      }
    });
  }

  /** Takes an event of a parser. */
  @Override
  public void accept(Event event) {
    Lot lot = lot(event);
    lot.made++;
    lot.madeBytes += event.getWire().remaining();
    if (session == null || lot.made <= lot.present) {
      return;
    }
    if (lot.made == lot.present + 1 && event.getStreamOffset() != lot.presentBytes) {
      throw differs(lane(event), event.getStreamOffset());
    }
    session.accept(event);
  }

  /** True if the recording does not hold the observation of this number. */
  boolean lacksObservation(long number) {
    return number >= observations;
  }

  /** Number of bytes of a lane that events were made of. */
  long consumed(JournalLane lane) {
    Lot lot = lots.get(lane);
    return lot == null ? 0 : Math.max(lot.madeBytes, lot.presentBytes);
  }

  private Lot lot(Event event) {
    return lots.computeIfAbsent(lane(event), _ -> new Lot());
  }

  private static JournalLane lane(Event event) {
    return new JournalLane(event.getChannel(), event.getDirection());
  }

  private static ColotapeException differs(JournalLane lane, long offset) {
    return new ColotapeException(
        "the journal does not go on where the recording ends",
        "channel " + lane.channel() + ", " + lane.direction() + ", offset " + offset,
        "resume it with the Colotape version that recorded it");
  }
}
