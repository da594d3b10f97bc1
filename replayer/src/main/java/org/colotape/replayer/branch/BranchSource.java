package org.colotape.replayer.branch;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.function.UnaryOperator;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Recording;
import org.colotape.schema.log.EventSource;
import org.colotape.schema.log.SeekableRecording;
import org.jspecify.annotations.Nullable;

/** The events of a branch, from the first one on that it has not in common with the recording. */
public final class BranchSource implements EventSource {
  private final EventSource trunk;
  private final Branch branch;
  private final Queue<Event> added = new ArrayDeque<>();
  private long next;
  private long trunkSeq;

  private BranchSource(EventSource trunk, Branch branch) {
    this.trunk = trunk;
    this.branch = branch;
    this.next = branch.at() + 1;
    this.trunkSeq = branch.at();
  }

  /**
   * The events behind {@link Branch#at}; closing the source closes that of the recording.
   *
   * @throws ColotapeException if the recording can't be read, or has no such event
   */
  public static BranchSource open(SeekableRecording recording, Branch branch) {
    EventSource trunk = recording.openFrom(Math.max(0, branch.at()));
    BranchSource source = new BranchSource(trunk, branch);
    try {
      if (branch.at() >= 0) {
        Event last = trunk.next();
        if (last == null) {
          throw source.missing();
        }
        source.addBehind(last);
      } else {
        Event none = new Event();
        none.setRecording(trunk.recording().getId());
        none.setSeq(-1);
        source.addBehind(none);
      }
      return source;
    } catch (RuntimeException e) {
      source.close();
      throw e;
    }
  }

  @Override
  public Recording recording() {
    return trunk.recording();
  }

  /**
   * {@inheritDoc}
   *
   * @throws ColotapeException as well if an event that is to be changed is of another kind, or not
   *     there
   */
  @Override
  public @Nullable Event next() {
    Event event = added.poll();
    if (event == null) {
      Event original = trunk.next();
      if (original == null) {
        if (trunkSeq < branch.last()) {
          throw missing();
        }
        return null;
      }
      trunkSeq = original.getSeq();
      event = branch.changed(copy(original));
      addBehind(original);
    }
    event.setSeq(next++);
    return event;
  }

  private void addBehind(Event event) {
    List<UnaryOperator<Event>> more = branch.behindEvent(event.getSeq());
    for (UnaryOperator<Event> one : more) {
      added.add(one.apply(like(event)));
    }
  }

  private ColotapeException missing() {
    return new ColotapeException(
        "recording has no event " + branch.last(),
        trunk.recording().getName(),
        "see 'colotape show' for its events");
  }

  /** An event without contents in the same place. */
  static Event like(Event event) {
    Event empty = new Event();
    empty.setRecording(event.getRecording());
    empty.setSeq(event.getSeq());
    empty.setCheckpoint(event.getCheckpoint());
    empty.setChannel(event.getChannel());
    empty.setDirection(event.getDirection());
    empty.setStreamOffset(event.getStreamOffset());
    empty.setCaptureTime(event.getCaptureTime());
    empty.setWire(ByteBuffer.allocate(0));
    empty.setPageEnds(List.of());
    return empty;
  }

  /** The event's fields, not what they refer to. */
  private static Event copy(Event event) {
    Event copy = new Event();
    event.getSchema().getFields().forEach(field -> copy.put(field.pos(), event.get(field.pos())));
    return copy;
  }

  @Override
  public void close() {
    trunk.close();
  }
}
