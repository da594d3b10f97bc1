package org.colotape.recorder.session;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.colotape.schema.event.Direction;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.MigrationEnd;
import org.colotape.schema.event.RecordingEnd;
import org.colotape.schema.event.RecordingId;
import org.colotape.schema.event.RecordingStart;
import org.colotape.schema.log.EventSink;
import org.colotape.schema.log.RecordingTotals;

/**
 * A recording from its first event to its last. Parsers push events into it; it completes them with
 * recording, {@code seq}, checkpoint and capture time. Used by one thread at a time.
 */
public final class RecordingSession implements Consumer<Event> {
  private static final ByteBuffer NO_BYTES = ByteBuffer.allocate(0);
  private static final long NOT_ON_THE_WIRE = -1;

  private final EventSink sink;
  private final RecordingId id;
  private final LongSupplier clock;
  private final CheckpointObserver observer;
  private final List<String> capabilities;
  private final CheckpointTracker tracker;
  private final PacketPlaces packets;
  private final RecordingTotals totals;
  private long captureTime;

  /** True if the last event sealed a checkpoint: what comes next begins another one. */
  private boolean justSealed;

  private boolean ended;

  /**
   * Begins the recording.
   *
   * @param sink takes the events; the session seals it, the caller closes it
   * @param id identity of the recording
   * @param start what its first event says
   * @param clock wall-clock time in nanoseconds since 1970
   * @param observer adds observations of memory
   */
  public RecordingSession(
      EventSink sink,
      RecordingId id,
      RecordingStart start,
      LongSupplier clock,
      CheckpointObserver observer) {
    this(sink, id, start, clock, observer, new RecordedPast());
  }

  /**
   * Goes on with a recording, or begins it if it holds nothing.
   *
   * @param past what it holds
   */
  public RecordingSession(
      EventSink sink,
      RecordingId id,
      RecordingStart start,
      LongSupplier clock,
      CheckpointObserver observer,
      RecordedPast past) {
    this.sink = sink;
    this.id = id;
    this.clock = clock;
    this.observer = observer;
    this.capabilities = List.copyOf(start.getCapabilities());
    this.tracker = past.tracker();
    this.packets = past.packets();
    this.totals = past.totals();
    this.justSealed = past.justSealed();
    this.ended = past.ended();
    bytesArrived();
    if (totals.events() == 0) {
      Event event = ownEvent(Kind.RECORDING_START);
      event.setStart(start);
      append(event);
    }
  }

  /** Migration capabilities that the recording's start states, because the stream may not. */
  public List<String> capabilities() {
    return capabilities;
  }

  /** Says that bytes have just arrived: the events made of them carry this time. */
  public void bytesArrived() {
    captureTime = clock.getAsLong();
  }

  /** Takes the next event of some channel. */
  @Override
  public void accept(Event event) {
    if (!justSealed && tracker.begins(event)) {
      sealCheckpoint();
    }
    append(event);
    observer.see(event);
  }

  /** Takes an observation of memory, or that one was missed: an event with only that field. */
  public void observe(Event observation) {
    appendObservation(observation);
  }

  /**
   * Ends the recording, and waits until all of it is acknowledged.
   *
   * @param complete true if every input was read to its end
   * @param reason what ended it, in one line
   */
  public void finish(boolean complete, String reason) {
    if (!ended) {
      if (!justSealed) {
        sealCheckpoint();
      }
      Event event = ownEvent(Kind.RECORDING_END);
      event.setEnd(new RecordingEnd(complete, reason, tracker.ending()));
      append(event);
    }
    ended = true;
    sink.seal();
  }

  /** What was recorded so far. */
  public RecordingTotals totals() {
    return totals;
  }

  /** How the migration ended, as far as both sides have told until now. */
  public MigrationEnd migration() {
    return tracker.ending();
  }

  private void sealCheckpoint() {
    observer.observe(tracker.checkpoint(), this::appendObservation);
    Event event = ownEvent(Kind.CHECKPOINT_SEALED);
    event.setCheckpoint(tracker.checkpoint());
    event.setSeal(tracker.finish());
    place(event);
    justSealed = true;
  }

  private void appendObservation(Event observation) {
    complete(observation);
    append(observation);
  }

  private void append(Event event) {
    event.setCheckpoint(tracker.checkpoint());
    place(event);
    tracker.add(event);
    justSealed = false;
  }

  private void place(Event event) {
    event.setRecording(id);
    event.setSeq(totals.events());
    event.setCaptureTime(captureTime);
    packets.complete(event);
    totals.add(event);
    sink.accept(event);
  }

  private Event ownEvent(Kind kind) {
    Event event = new Event();
    event.setKind(kind);
    complete(event);
    return event;
  }

  private static void complete(Event event) {
    event.setDirection(Direction.NONE);
    event.setStreamOffset(NOT_ON_THE_WIRE);
    event.setWire(NO_BYTES.duplicate());
    event.setPageEnds(List.of());
  }
}
