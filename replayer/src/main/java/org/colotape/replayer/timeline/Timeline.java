package org.colotape.replayer.timeline;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.colotape.replayer.branch.Branch;
import org.colotape.replayer.branch.BranchSource;
import org.colotape.replayer.memory.GuestMemory;
import org.colotape.replayer.replay.CheckpointReached;
import org.colotape.replayer.replay.ObservationListener;
import org.colotape.replayer.replay.Phase;
import org.colotape.replayer.replay.Replay;
import org.colotape.replayer.replay.ReplayError;
import org.colotape.replayer.replay.ReplaySettings;
import org.colotape.replayer.rules.RuleSet;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.digest.PageDigest;
import org.colotape.schema.digest.RunningDigest;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.layout.EventPlace;
import org.colotape.schema.log.EventSource;
import org.colotape.schema.log.SeekableRecording;
import org.jspecify.annotations.Nullable;

/**
 * Goes to any event or checkpoint of a recording, forwards and backwards, and shows the memories
 * there. They are what a replay from the start makes of them, however one came there; what {@code
 * written} says of them covers the time since the last seal of a checkpoint before.
 *
 * <p>The memories that it gives are for reading, and good until the next move. A move that fails
 * leaves the timeline before the first event. Used by one thread.
 */
public final class Timeline implements AutoCloseable {
  private final SeekableRecording recording;
  private final ReplaySettings settings;
  private final SnapshotShelf shelf;
  private @Nullable EventSource source;
  private @Nullable Replay replay;
  private Position position = Position.START;

  /** The last checkpoint that was sealed at or before the position, or -1. */
  private int sealed = -1;

  private long replayed;

  /**
   * A timeline that stands before the first event.
   *
   * @param recording the recording
   * @param settings how to replay it
   * @param cache keeps snapshots
   */
  public Timeline(SeekableRecording recording, ReplaySettings settings, SnapshotCache cache) {
    this.recording = recording;
    this.settings = settings;
    this.shelf = new SnapshotShelf(cache, recording.identity(), settings);
    shelf.touch();
  }

  /** Where it stands. */
  public Position position() {
    return position;
  }

  /**
   * Goes behind an event.
   *
   * @param seq its place in the recording; -1 to go before the first event
   * @throws ColotapeException if there is no such event, the recording can't be read, or memory
   *     runs out
   */
  public Position toEvent(long seq) {
    return move(() -> {
      if (seq < -1) {
        throw noSuchEvent(seq);
      }
      approach(position.seq() <= seq, snapshot -> snapshot.seq() <= seq);
      while (position.seq() < seq) {
        if (!step()) {
          throw noSuchEvent(seq);
        }
      }
    });
  }

  /**
   * Goes to the end of a checkpoint: its seal, or the end of the recording if that comes before.
   *
   * @param checkpoint its number; 0 is the initial migration
   * @throws ColotapeException if there is no such checkpoint, the recording can't be read, or
   *     memory runs out
   */
  public Position toCheckpoint(int checkpoint) {
    return move(() -> {
      boolean here = sealed < checkpoint || (sealed == checkpoint && isAtSeal());
      approach(here, snapshot -> snapshot.isWithin(checkpoint));
      while (!isAtSeal() || sealed < checkpoint) {
        if (!step()) {
          endWithoutSeal(checkpoint);
          return;
        }
      }
      if (sealed != checkpoint) {
        throw noSuchCheckpoint(checkpoint);
      }
    });
  }

  /**
   * Goes to the end of the checkpoint that comes next.
   *
   * @return null if there is none: the timeline then stands behind the last event
   * @throws ColotapeException if the recording can't be read, or memory runs out
   */
  public @Nullable Position nextCheckpoint() {
    CheckpointReached before = position.reached();
    move(() -> {
      approach(true, snapshot -> false);
      boolean more = step();
      while (more && !isAtSeal()) {
        more = step();
      }
      int open = replay().openCheckpoint();
      if (open >= 0 && !isReached(open)) {
        endWithoutSeal(open);
      }
    });
    CheckpointReached now = position.reached();
    return now == null || now.equals(before) ? null : position;
  }

  /**
   * Goes to where a branch leaves the recording, and begins a replay of the branch there. The
   * timeline can then go elsewhere.
   *
   * @throws ColotapeException if there is no such event, it lies where the state can't be saved
   *     because a stream of a multifd channel goes on, the recording can't be read, or there is no
   *     space
   */
  public Fork fork(Branch branch) {
    return fork(branch, UnaryOperator.identity(), ObservationListener.NONE);
  }

  /**
   * As {@link #fork(Branch)}, watched.
   *
   * @param watch may wrap the branch's events
   * @param observations is told of observations as they come by
   */
  public Fork fork(
      Branch branch, UnaryOperator<EventSource> watch, ObservationListener observations) {
    toEvent(branch.at());
    if (!replay().isSettled()) {
      throw new ColotapeException(
          "cannot branch off while a stream of a multifd channel goes on",
          name() + ", event " + branch.at(),
          "branch off before it begins");
    }
    RuleSet rules = branch.rules() == null ? settings.rules() : branch.rules();
    ReplaySettings other =
        new ReplaySettings(rules, settings.scratch(), settings.pvmModel(), settings.lastWriters());
    EventSource events = watch.apply(BranchSource.open(recording, branch));
    Replay forked = new Replay(events, other, observations);
    try {
      StateCopy.copy(replay(), forked, settings.scratch().directory());
      return new Fork(events, forked);
    } catch (RuntimeException e) {
      forked.close();
      events.close();
      throw e;
    }
  }

  /** The recording. */
  public SeekableRecording recording() {
    return recording;
  }

  /** How it is replayed. */
  public ReplaySettings settings() {
    return settings;
  }

  /** SVM RAM. */
  public GuestMemory svm() {
    return replay().svm();
  }

  /** The COLO cache; it has no blocks before COLO is enabled. */
  public GuestMemory cache() {
    return replay().cache();
  }

  /** The PVM's RAM as the stream tells it; it has no blocks unless the settings ask for it. */
  public GuestMemory pvm() {
    return replay().pvm();
  }

  /** Pages of a block that were received in COLO state and are not flushed yet. */
  public BitSet received(String block) {
    return replay().received(block);
  }

  /** Where the secondary stands. */
  public Phase phase() {
    return replay().phase();
  }

  /** What ended the secondary's load at or before the position, or null. */
  public @Nullable ReplayError loadError() {
    return replay().loadError();
  }

  /** True if the state can be saved. It can't while a stream of a multifd channel goes on. */
  public boolean isSettled() {
    return replay().isSettled();
  }

  /** Number of events that all moves so far replayed: what they cost. */
  public long replayed() {
    return replayed;
  }

  /** Gives the memories' space back. */
  @Override
  public void close() {
    Replay current = replay;
    EventSource open = source;
    replay = null;
    source = null;
    if (current != null) {
      current.close();
    }
    if (open != null) {
      open.close();
    }
  }

  private Position move(Runnable way) {
    shelf.refresh();
    try {
      way.run();
      replay().setReadOnly(true);
      return position;
    } catch (RuntimeException e) {
      // what has been replayed of it may be half an event
      reset();
      throw e;
    }
  }

  /**
   * Goes to where the rest of the way is shortest: stays, loads a snapshot, or begins again.
   *
   * @param here true if the way can go on from the position
   * @param willDo the snapshots that it can go on from
   */
  private void approach(boolean here, Predicate<Snapshot> willDo) {
    long from = here ? position.seq() : -1;
    for (Snapshot best = shelf.last(willDo); best != null; best = shelf.last(willDo)) {
      if (best.seq() - SnapshotShelf.cost(best) <= from) {
        break;
      }
      if (restore(best)) {
        return;
      }
      shelf.discard(best);
    }
    if (!here) {
      reset();
    }
    replay().setReadOnly(false);
  }

  private boolean restore(Snapshot snapshot) {
    EventSource from = recording.openFrom(snapshot.seq());
    Replay fresh = new Replay(from, settings, ObservationListener.NONE);
    boolean restored = false;
    try {
      Event event = from.next();
      if (event != null && shelf.load(snapshot, fresh).equals(digest(event))) {
        close();
        source = from;
        replay = fresh;
        sealed = snapshot.sealed();
        position = positionAt(event);
        restored = true;
      }
    } catch (IOException | IllegalArgumentException e) {
      // damaged, gone, or of another kind: others will do
      restored = false;
    } finally {
      if (!restored) {
        fresh.close();
        from.close();
      }
    }
    return restored;
  }

  private void reset() {
    close();
    position = Position.START;
    sealed = -1;
  }

  private Replay replay() {
    Replay current = replay;
    if (current == null) {
      EventSource from = recording.openFrom(0);
      current = new Replay(from, settings, ObservationListener.NONE);
      source = from;
      replay = current;
    }
    return current;
  }

  private boolean step() {
    Replay current = replay();
    Event event = current.step();
    if (event == null) {
      return false;
    }
    replayed++;
    if (event.getKind() == Kind.CHECKPOINT_SEALED) {
      sealed = event.getCheckpoint();
    }
    position = positionAt(event);
    if (EventPlace.pagePartition(event, 1) == EventPlace.CONTROL
        && current.isSettled()
        && shelf.isDue(event.getSeq(), current.savedBytes(), events())) {
      shelf.save(current, digest(event), sealed, isAtSeal());
    }
    return true;
  }

  private Position positionAt(Event event) {
    boolean seal = event.getKind() == Kind.CHECKPOINT_SEALED;
    return new Position(
        event.getSeq(),
        event.getCheckpoint(),
        seal ? reached(event.getCheckpoint(), event.getSeal().getComplete()) : null);
  }

  /** The recording ends, or is damaged, before the checkpoint's seal. */
  private void endWithoutSeal(int checkpoint) {
    if (replay().openCheckpoint() != checkpoint) {
      throw noSuchCheckpoint(checkpoint);
    }
    position = new Position(position.seq(), checkpoint, reached(checkpoint, false));
  }

  private CheckpointReached reached(int checkpoint, boolean complete) {
    return new CheckpointReached(checkpoint, complete, replay().flushed(), replay().lastSeq());
  }

  private boolean isAtSeal() {
    CheckpointReached reached = position.reached();
    return reached != null && reached.checkpoint() == sealed;
  }

  private boolean isReached(int checkpoint) {
    CheckpointReached reached = position.reached();
    return reached != null && reached.checkpoint() == checkpoint;
  }

  private long events() {
    EventSource open = source;
    return open == null ? 0 : open.recording().getEvents();
  }

  private String name() {
    EventSource open = source;
    return open == null ? recording.identity() : open.recording().getName();
  }

  private ColotapeException noSuchEvent(long seq) {
    return new ColotapeException(
        "recording has no event " + seq,
        name(),
        position.seq() < 0 ? "choose one from 0 on" : "choose one of 0 to " + position.seq());
  }

  private ColotapeException noSuchCheckpoint(int checkpoint) {
    int last = Math.max(sealed, replay().openCheckpoint());
    return new ColotapeException(
        "recording has no checkpoint " + checkpoint,
        name(),
        last < 0 ? "it has none" : "choose one of 0 to " + last);
  }

  /** Tells one event from another of the same place. */
  private static PageDigest digest(Event event) {
    RunningDigest digest = new RunningDigest();
    digest.add(
        ByteBuffer.allocate(2 * Integer.BYTES + 2 * Long.BYTES)
            .putInt(event.getCheckpoint())
            .putInt(event.getChannel())
            .putLong(event.getSeq())
            .putLong(event.getStreamOffset())
            .flip());
    digest.add(ByteBuffer.wrap(event.getKind().name().getBytes(StandardCharsets.UTF_8)));
    digest.add(event.getWire());
    return digest.finish();
  }
}
