package org.colotape.replayer.replay;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.BitSet;
import org.colotape.replayer.memory.GuestMemory;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.log.EventSource;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.BitSetUtil;

/**
 * Replays a recording from checkpoint to checkpoint. Between two calls of {@link #next} the
 * memories stand still and can be compared; what {@link
 * org.colotape.replayer.memory.RamBlockMemory#written} says of them covers the time since the call
 * before. Used by one thread.
 */
public final class Replay implements AutoCloseable {
  private final EventSource source;
  private final ObservationListener observations;
  private final Blocks blocks;
  private final Secondary secondary;
  private long lastSeq = -1;

  /** The checkpoint that events were seen of since the last seal, or -1. */
  private int open = -1;

  /**
   * The last event was a seal that was taken by {@link #step}: its flush is still to be forgotten.
   */
  private boolean sealed;

  /**
   * Begins a replay.
   *
   * @param source the recording, at its first event; the caller closes it
   * @param settings how to replay
   * @param observations is told of observations as they come by
   */
  public Replay(EventSource source, ReplaySettings settings, ObservationListener observations) {
    this.source = source;
    this.observations = observations;
    this.blocks = new Blocks(settings);
    this.secondary =
        new Secondary(blocks, new PageWrites(blocks, settings.rules()), settings.rules());
  }

  /**
   * Replays up to the end of the next checkpoint.
   *
   * @return where the replay stands now, or null if the recording holds no further checkpoint
   * @throws ColotapeException if the recording can't be read, lacks events, or memory runs out
   */
  public @Nullable CheckpointReached next() {
    leaveSeal();
    blocks.clearWritten();
    return proceed();
  }

  /**
   * Replays up to the end of a checkpoint. What {@code written} says of the memories covers all
   * checkpoints in between.
   *
   * @param checkpoint its number
   * @return where the replay stands now: that checkpoint, or a later one if the recording has no
   *     end of it; null if the recording holds neither
   * @throws ColotapeException as {@link #next}
   */
  public @Nullable CheckpointReached advanceTo(int checkpoint) {
    leaveSeal();
    blocks.clearWritten();
    CheckpointReached reached = proceed();
    while (reached != null && reached.checkpoint() < checkpoint) {
      reached = proceed();
    }
    return reached;
  }

  /**
   * Replays one event. What {@code written} says of the memories covers the time since the last
   * seal of a checkpoint before it.
   *
   * @return the event, or null behind the last one
   * @throws ColotapeException as {@link #next}
   */
  public @Nullable Event step() {
    try {
      Event event = source.next();
      if (event != null) {
        if (sealed) {
          leaveSeal();
          blocks.clearWritten();
        }
        take(event);
        if (event.getKind() == Kind.CHECKPOINT_SEALED) {
          open = -1;
          sealed = true;
        }
      }
      return event;
    } catch (InternalError e) {
      throw noSpace(e);
    }
  }

  /** True if the cache was flushed since the last seal before the event that was replayed last. */
  public boolean flushed() {
    return secondary.flushed();
  }

  /** The last event that was replayed, or -1. */
  public long lastSeq() {
    return lastSeq;
  }

  /** The checkpoint that events were replayed of since the last seal, or -1. */
  public int openCheckpoint() {
    return open;
  }

  /** Says whether the memories may be written; they may at first. */
  public void setReadOnly(boolean value) {
    blocks.setReadOnly(value);
  }

  /** About how many bytes {@link #save} writes. */
  public long savedBytes() {
    return blocks.savedBytes();
  }

  /** True if the whole state can be saved. It can't while a stream of a multifd channel goes on. */
  public boolean isSettled() {
    return secondary.isSettled();
  }

  /**
   * Writes the whole state, for {@link #load}.
   *
   * @throws IOException if the output does
   */
  public void save(DataOutput out) throws IOException {
    out.writeLong(lastSeq);
    out.writeInt(open);
    out.writeBoolean(sealed);
    secondary.save(out);
    blocks.save(out);
  }

  /**
   * Goes on where a replay with the same settings was saved; the source must stand behind the same
   * event. Nothing must have been replayed yet. If it throws, the replay is only good for closing.
   *
   * @throws IOException if the input does, or does not hold what {@link #save} wrote
   */
  public void load(DataInput in) throws IOException {
    lastSeq = in.readLong();
    open = in.readInt();
    sealed = in.readBoolean();
    secondary.load(in);
    blocks.load(in);
  }

  /** SVM RAM. */
  public GuestMemory svm() {
    return blocks.svm();
  }

  /** The COLO cache; it has no blocks before COLO is enabled. */
  public GuestMemory cache() {
    return blocks.cache();
  }

  /** The PVM's RAM as the stream tells it; it has no blocks unless the settings ask for it. */
  public GuestMemory pvm() {
    return blocks.pvm();
  }

  /**
   * Pages of a block that were received in COLO state and are not flushed yet; empty for an unknown
   * block.
   */
  public BitSet received(String block) {
    Block found = blocks.find(block);
    return found == null ? new BitSet() : BitSetUtil.bitsetOf(found.received);
  }

  /** True if {@link #received} has the page; costs less. */
  public boolean isReceived(String block, int page) {
    Block found = blocks.find(block);
    return found != null && found.received.contains(page);
  }

  /** Where the secondary stands. */
  public Phase phase() {
    return secondary.phase();
  }

  /**
   * What ended the secondary's load, or null while it goes on. SVM RAM then stays as the last flush
   * left it.
   */
  public @Nullable ReplayError loadError() {
    return secondary.loadError();
  }

  /** Gives the memories' space back. */
  @Override
  public void close() {
    secondary.close();
    blocks.close();
  }

  private @Nullable CheckpointReached proceed() {
    try {
      return play();
    } catch (InternalError e) {
      throw noSpace(e);
    }
  }

  /** How Java reports, sometimes a little late, that a mapped page could not be had. */
  private ColotapeException noSpace(InternalError cause) {
    return new ColotapeException(
        "no space for rebuilt memory",
        blocks.scratch() + ", event " + lastSeq,
        "free space there, or choose a scratch folder on a larger file system",
        cause);
  }

  private void leaveSeal() {
    if (sealed) {
      sealed = false;
      secondary.forgetFlush();
    }
  }

  private @Nullable CheckpointReached play() {
    for (Event event = source.next(); event != null; event = source.next()) {
      take(event);
      if (event.getKind() == Kind.CHECKPOINT_SEALED) {
        return reached(event.getCheckpoint(), event.getSeal().getComplete());
      }
    }
    // its recorder was killed, or it is still being written
    return open < 0 ? null : reached(open, false);
  }

  private CheckpointReached reached(int checkpoint, boolean complete) {
    boolean flushed = secondary.flushed();
    secondary.forgetFlush();
    open = -1;
    return new CheckpointReached(checkpoint, complete, flushed, lastSeq);
  }

  private void take(Event event) {
    if (event.getSeq() != lastSeq + 1) {
      throw new ColotapeException(
          "event " + (lastSeq + 1) + " is missing",
          "before event " + event.getSeq(),
          "restore the recording from a copy");
    }
    lastSeq = event.getSeq();
    switch (event.getKind()) {
      case OBSERVATION -> observations.observed(event);
      case RECORDING_START, ALTERED, CHANNEL_END, RECORDING_END -> secondary.apply(event);
      case OBSERVATION_MISSED -> {}
      default -> {
        open = event.getCheckpoint();
        secondary.apply(event);
      }
    }
  }
}
