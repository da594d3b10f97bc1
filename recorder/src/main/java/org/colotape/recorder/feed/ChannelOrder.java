package org.colotape.recorder.feed;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.colotape.recorder.stream.ByteParser;
import org.colotape.recorder.stream.ChannelParser;
import org.colotape.recorder.stream.PageSize;
import org.colotape.recorder.stream.StreamParser;
import org.colotape.schema.event.Closing;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.jspecify.annotations.Nullable;

/**
 * Puts the events of a migration's channels, PVM to SVM, into the order that the sender meant,
 * whatever order their bytes arrive in. The main channel waits at its sync points until each
 * multifd channel has come to the SYNC packet that belongs to it, and no channel goes beyond that
 * before; between two sync points the channels go by the numbers of their packets (QEMU
 * migration/multifd.c, multifd_send_sync_main and multifd_recv_sync_main).
 *
 * <p>Whoever has the bytes gives each channel those that it has an {@link #appetite} for; then no
 * more than one chunk of each channel is ever held. Where bytes can't be kept back, or don't come
 * although the order waits for them, {@link #giveUp} lets everything pass as it arrives.
 *
 * <p>Channels that are not multifd's pass as they arrive. Where bytes stay until they are wanted,
 * those of a preempt channel are wanted once postcopy runs: from then on it makes no difference
 * when (see {@link org.colotape.recorder.stream.PreemptParser}); and those of a connection that
 * resumes the main channel when that has ended. Used by one thread at a time.
 */
public final class ChannelOrder {
  /** Most bytes that a channel takes at once. */
  public static final int CHUNK = 1 << 18;

  private static final int MAIN = 0;

  /** When the channels' bytes are taken. */
  public enum Pace {
    /**
     * While the main channel waits for them: the order is the same whenever bytes arrive. For bytes
     * that stay where they are until they are wanted, as in files.
     */
    AS_NEEDED,
    /**
     * Also before the main channel waits for them, and between two sync points as they arrive, as a
     * receiver does: a sender whose bytes are kept back might never come to the sync point. The
     * memory that comes of it is the same, as no page is sent twice between two sync points.
     */
    AS_RECEIVED
  }

  private final Consumer<Event> session;
  private final Pace pace;
  private final StreamParser main;
  private final PostcopyProgress postcopy = new PostcopyProgress();
  private final SyncPoints syncPoints = new SyncPoints();
  private final Map<Integer, Lane> lanes = new TreeMap<>();

  /** Events of the main channel behind the sync point where it waits. */
  private final Queue<Event> held = new ArrayDeque<>();

  /** Where the main channel waits, or null. */
  private @Nullable Event waiting;

  /** Number of sync points that the main channel has passed. */
  private long passed;

  /** The channel whose packet is passing, or null. */
  private @Nullable Lane passing;

  /** True if all of the main channel has passed. */
  private boolean mainOver;

  private boolean gaveUp;

  /**
   * @param session takes the events
   * @param capabilities migration capabilities of the sender that the main channel may not state
   * @param pace when the channels' bytes are taken
   */
  public ChannelOrder(Consumer<Event> session, Collection<String> capabilities, Pace pace) {
    this.session = session;
    this.pace = pace;
    this.main = new StreamParser(MAIN, capabilities, new PageSize(), this::acceptMain);
  }

  /** The parser of the main channel, PVM to SVM. */
  public ByteParser main() {
    return new ByteParser() {
      @Override
      public void feed(ByteBuffer bytes) {
        main.feed(bytes);
        proceed();
      }

      @Override
      public void end(Closing closing, String reason) {
        main.end(closing, reason);
        proceed();
      }
    };
  }

  /**
   * Adds a further channel. Packets of the same number go by the numbers of their channels.
   *
   * @param channel its number, from 1 on
   * @return its parser, PVM to SVM
   */
  public ByteParser add(int channel) {
    Lane lane = new Lane(channel, main);
    lanes.put(channel, lane);
    return lane.parser(this::proceed);
  }

  /**
   * How many bytes of a channel the order can take now; 0 if it waits for other channels first. A
   * channel's end may be said at any time.
   *
   * @param channel 0, or one that was added
   */
  public int appetite(int channel) {
    if (gaveUp) {
      return CHUNK;
    }
    if (channel == MAIN) {
      return waiting == null ? CHUNK : 0;
    }
    Lane lane = lanes.get(channel);
    if (lane == null) {
      return 0;
    }
    if (lane.isUnknown()) {
      return ChannelParser.ROLE_BYTES;
    }
    boolean wanted =
        switch (lane.role()) {
          case MULTIFD -> isDue(lane) && lacks(lane);
          case PREEMPT -> pace == Pace.AS_RECEIVED || postcopy.isRunning() || mainOver;
          case RESUMED -> pace == Pace.AS_RECEIVED || mainOver;
          case UNKNOWN, OTHER -> true;
        };
    return wanted ? CHUNK : 0;
  }

  /** Says that the secondary has told that it loaded the migration; more may come behind it. */
  public void loaded() {
    if (waiting == null) {
      main.loaded();
      proceed();
    }
  }

  /** Lets all events pass that are held, and from now on each as it arrives. */
  public void giveUp() {
    gaveUp = true;
    proceed();
  }

  private void acceptMain(Event event) {
    if (waiting == null) {
      passMain(event);
    } else {
      held.add(event);
    }
  }

  private void passMain(Event event) {
    boolean sync = syncPoints.isOne(event);
    boolean last = event.getKind() == Kind.CHANNEL_END;
    if (!gaveUp && (sync || last) && lanes.values().stream().anyMatch(l -> isAwaited(l, last))) {
      waiting = event;
    } else {
      letPass(event, sync);
    }
  }

  private void letPass(Event event, boolean sync) {
    passed += sync ? 1 : 0;
    mainOver |= event.getKind() == Kind.CHANNEL_END;
    postcopy.see(event);
    session.accept(event);
  }

  /** Passes on what may pass now. */
  private void proceed() {
    passLanes();
    Event event = waiting;
    while (event != null
        && (gaveUp || lanes.values().stream().noneMatch(l -> isAwaited(l, isLast())))) {
      boolean sync = !isLast();
      waiting = null;
      letPass(event, sync);
      while (waiting == null && !held.isEmpty()) {
        passMain(held.remove());
      }
      passLanes();
      event = waiting;
    }
  }

  /** Whether the next event must be one of this channel, and has not come. */
  private boolean lacks(Lane lane) {
    return pace == Pace.AS_RECEIVED || (!lane.holds() && (passing == null || passing == lane));
  }

  private void passLanes() {
    for (Lane lane : lanes.values()) {
      if (gaveUp || !(lane.isOrdered() || lane.isUnknown())) {
        while (lane.holds()) {
          pass(lane);
        }
      }
    }
    Lane lane = next();
    while (lane != null) {
      pass(lane);
      passing = pace == Pace.AS_NEEDED && lane.isPassing() ? lane : null;
      lane = next();
    }
  }

  private void pass(Lane lane) {
    Event event = lane.pass();
    if (event != null) {
      postcopy.see(event);
      session.accept(event);
    }
  }

  /** The channel whose turn it is, and which has an event for it; null if more must arrive. */
  private @Nullable Lane next() {
    if (passing != null) {
      return passing.holds() ? passing : null;
    }
    Lane first = null;
    for (Lane lane : lanes.values()) {
      if (isDue(lane) && (lane.holds() || pace == Pace.AS_NEEDED)) {
        if (!lane.holds()) {
          return null;
        }
        first = first == null || precedes(lane, first) ? lane : first;
      }
    }
    if (first != null && hasLostItsSync(first)) {
      first.assumeSync();
      return next();
    }
    return first;
  }

  private static boolean precedes(Lane lane, Lane other) {
    return other.isNumbered()
        && (!lane.isNumbered() || Long.compareUnsigned(lane.number(), other.number()) < 0);
  }

  /** Whether the channel's next packet is numbered behind the SYNCs that other channels have. */
  private boolean hasLostItsSync(Lane lane) {
    return lane.isDoubtful()
        && lane.isNumbered()
        && waiting != null
        && !isLast()
        && lanes.values().stream().anyMatch(l -> l.isOrdered() && l.syncs() > passed)
        && lanes.values().stream()
            .filter(l -> l.isOrdered() && l.syncs() > passed)
            .allMatch(l -> Long.compareUnsigned(lane.number(), l.lastSync()) > 0);
  }

  /** Whether a channel's events may pass. */
  private boolean isDue(Lane lane) {
    if (!lane.isOrdered() || lane.isOver()) {
      return false;
    }
    if (mainOver || isLast()) {
      return true;
    }
    boolean open = waiting != null || (pace == Pace.AS_RECEIVED && passed > 0);
    return open && lane.syncs() <= passed;
  }

  /** Whether the main channel must wait for a channel at the sync point behind the last, or end. */
  private boolean isAwaited(Lane lane, boolean atEnd) {
    return lane.isOrdered() && !lane.isOver() && (atEnd || lane.syncs() <= passed);
  }

  /** True if the main channel waits with its end. */
  private boolean isLast() {
    return waiting != null && waiting.getKind() == Kind.CHANNEL_END;
  }
}
