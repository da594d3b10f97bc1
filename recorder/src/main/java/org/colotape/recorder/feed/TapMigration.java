package org.colotape.recorder.feed;

import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.colotape.recorder.journal.JournalLane;
import org.colotape.recorder.journal.JournalWriter;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.event.Closing;
import org.jspecify.annotations.Nullable;

/** One migration that a tap carries: its channels, in the order in which they were opened. */
final class TapMigration {
  private final Migrations migrations;
  private final List<TapChannel> channels = new ArrayList<>();
  private final Runnable whenMainEnds;
  private final Interference interference;
  private int running;
  private boolean mainEnded;
  private @Nullable String stopped;
  private boolean unrecorded;
  private @Nullable JournalWriter journal;
  private AnswerHold hold = AnswerHold.NONE;

  /**
   * @param migrations gives the journal
   * @param whenMainEnds run when both directions of the main channel have ended
   */
  TapMigration(Migrations migrations, Runnable whenMainEnds) {
    this.migrations = migrations;
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

  /** Adds a pair of connections; null if the migration is over, so that they begin another one. */
  synchronized @Nullable TapChannel add(SocketChannel primary, SocketChannel secondary) {
    if (mainEnded) {
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
    }
    closeIfOver();
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
