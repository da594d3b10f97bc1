package org.colotape.recorder.feed;

import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.colotape.recorder.journal.JournalLane;
import org.colotape.recorder.journal.JournalWriter;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.event.Closing;
import org.jspecify.annotations.Nullable;

/** One migration that a tap carries: its channels, in the order in which they were opened. */
final class TapMigration {
  /**
   * How long further channels may go on behind the main one. Both QEMUs close them before that, or
   * at once.
   */
  private static final Duration LINGER = Duration.ofSeconds(5);

  private final Migrations migrations;
  private final List<TapChannel> channels = new ArrayList<>();
  private final Runnable whenMainEnds;
  private final Runnable settle;
  private final Interference interference;
  private final Siblings siblings = new Siblings();
  private @Nullable Arrival main;
  private Beginning beginning = Beginning.NONE;
  private int running;
  private boolean mainEnded;
  private @Nullable String stopped;
  private boolean unrecorded;
  private @Nullable JournalWriter journal;
  private AnswerHold hold = AnswerHold.NONE;

  /**
   * @param migrations gives the journal
   * @param settle returns when all are let in who have connected before
   * @param whenMainEnds run when both directions of the main channel have ended
   */
  TapMigration(Migrations migrations, Runnable whenMainEnds, Runnable settle) {
    this.migrations = migrations;
    this.settle = settle;
    this.whenMainEnds = whenMainEnds;
    this.interference = migrations.interference();
  }

  /** Begins the journal now, and not with the first byte. */
  synchronized void begin() {
    JournalWriter begun = migrations.begin();
    hold = migrations.hold(begun);
    journal = begun;
    channels.forEach(channel -> channel.open(begun));
  }

  /** What may hold answers back. */
  synchronized AnswerHold hold() {
    return hold;
  }

  /** What may alter the bytes of the main channel. */
  Interference interference() {
    return interference;
  }

  /** Takes this connection as its main channel, to be connected; false if it has or had one. */
  synchronized boolean take(Arrival arrival) {
    if (main != null) {
      return false;
    }
    main = arrival;
    beginning = Beginning.of(arrival.opening());
    return true;
  }

  /** The main channel's connection was not continued: another one may come. */
  synchronized void lose() {
    main = null;
  }

  /** The primary's end of the main channel once that is carried, and until it ends; else null. */
  synchronized @Nullable Arrival main() {
    return channels.isEmpty() || mainEnded ? null : main;
  }

  /** True if the main channel has ended: what comes is of another migration. */
  synchronized boolean isOver() {
    return mainEnded;
  }

  /** What the main channel's beginning tells. */
  synchronized Beginning beginning() {
    return beginning;
  }

  /** Its further channels. */
  Siblings siblings() {
    return siblings;
  }

  /** Adds a pair of connections, the main channel's first; null if the migration is over. */
  synchronized @Nullable TapChannel add(Arrival primary, SocketChannel secondary) {
    if (mainEnded) {
      Sockets.closeQuietly(secondary);
      return null;
    }
    TapChannel channel = new TapChannel(channels.size(), primary, secondary, this);
    channels.add(channel);
    running++;
    if (journal != null) {
      channel.open(journal);
    }
    if (stopped != null) {
      channel.close();
    }
    return channel;
  }

  /**
   * Returns when the journal knows of every channel that was opened before. The main channel must
   * not go on before: what it says behind its channels' first bytes would be taken to be older.
   */
  void settle() {
    settle.run();
  }

  /** Puts bytes of a lane into the journal. */
  void carried(JournalLane lane, ByteBuffer bytes) {
    JournalWriter to = journal();
    if (to != null) {
      to.bytes(lane, bytes);
    }
  }

  /** Notes in the journal that a lane ended. */
  void ended(JournalLane lane, Closing closing, String reason) {
    JournalWriter to = begun();
    if (to != null) {
      to.end(lane, closing, reason);
    }
  }

  /** Takes note that both directions of a channel have ended. */
  void ended(TapChannel channel) {
    boolean main = channel.number() == 0;
    synchronized (this) {
      running--;
      mainEnded |= main;
    }
    if (main) {
      whenMainEnds.run();
      endFurther();
    }
    closeIfOver();
  }

  /** Sees to it that no further channel outlives the main one for long. */
  private synchronized void endFurther() {
    if (running > 0) {
      List<TapChannel> further = List.copyOf(channels);
      Thread.ofVirtual()
          .start(() -> {
            LockSupport.parkNanos(LINGER.toNanos());
            further.forEach(TapChannel::giveUp);
          });
    }
  }

  /** Closes all connections. */
  synchronized void stop(String reason) {
    stopped = reason;
    channels.forEach(TapChannel::close);
  }

  /** Closes the journal if nothing is carried any more, or never was. */
  synchronized void closeIfOver() {
    if (running == 0 && journal != null) {
      hold.over();
      FeedEnd end = end();
      journal.close(end.complete(), end.reason());
    }
  }

  private FeedEnd end() {
    if (stopped != null) {
      return new FeedEnd(false, Closing.STOPPED, stopped);
    }
    return channels.isEmpty()
        ? new FeedEnd(false, Closing.UNKNOWN, "no migration came")
        : channels.getFirst().end();
  }

  private synchronized @Nullable JournalWriter journal() {
    if (journal == null && !unrecorded) {
      try {
        begin();
      } catch (ColotapeException e) {
        unrecorded = true;
        migrations.problem(e);
      }
    }
    return journal;
  }

  private synchronized @Nullable JournalWriter begun() {
    return journal;
  }
}
