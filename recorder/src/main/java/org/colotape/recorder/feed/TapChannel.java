package org.colotape.recorder.feed;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicInteger;
import org.colotape.recorder.journal.JournalLane;
import org.colotape.recorder.journal.JournalWriter;
import org.colotape.schema.event.Closing;
import org.colotape.schema.event.ColoMessageType;
import org.colotape.schema.event.Direction;
import org.jspecify.annotations.Nullable;

/** One connection of the primary and the one to the secondary that continues it. */
final class TapChannel {
  private static final int CHUNK = 1 << 18;
  private static final int DIRECTIONS = 2;
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
  private static final String CLOSED = "connection closed";
  private static final String STOPPED = "the tap was closed";
  private static final String LEFT_OPEN = "left open when the migration was over";

  private final int number;
  private final Arrival arrival;
  private final SocketChannel primary;
  private final SocketChannel secondary;
  private final TapMigration migration;
  private final Beginning beginning;
  private final AnswerScanner answers = new AnswerScanner();
  private final AtomicInteger open = new AtomicInteger(DIRECTIONS);
  private volatile @Nullable String broken;

  /** Who broke it, if it is broken. */
  private volatile Closing brokenBy = Closing.UNKNOWN;

  TapChannel(int number, Arrival arrival, SocketChannel secondary, TapMigration migration) {
    this.number = number;
    this.arrival = arrival;
    this.primary = arrival.socket();
    this.secondary = secondary;
    this.migration = migration;
    this.beginning = migration.beginning();
  }

  /** Notes in the journal that the channel is there, before anything comes of it. */
  void open(JournalWriter journal) {
    journal.open(new JournalLane(number, Direction.PVM_TO_SVM));
    journal.open(new JournalLane(number, Direction.SVM_TO_PVM));
  }

  /** The channel's number; 0 is the main one. */
  int number() {
    return number;
  }

  /**
   * Connects to the secondary, before anything is carried.
   *
   * @throws IOException if it can't be reached; nothing is carried then, and the lanes end
   */
  void connect(SocketAddress target) throws IOException {
    try {
      secondary.connect(target);
      Sockets.noDelay(secondary);
    } catch (IOException e) {
      brokenBy = Closing.BROKEN;
      broken = "cannot reach the secondary: " + e.getMessage();
      close();
      throw e;
    }
  }

  /** Copies the primary's bytes until they end. */
  void carryToSvm() {
    carry(primary, secondary, new JournalLane(number, Direction.PVM_TO_SVM), arrival.said());
  }

  /** Copies the secondary's bytes until they end. */
  void carryToPvm() {
    carry(secondary, primary, new JournalLane(number, Direction.SVM_TO_PVM), NOTHING);
  }

  /** How the channel ended. */
  FeedEnd end() {
    String how = broken;
    return how == null
        ? new FeedEnd(true, Closing.CLOSED, CLOSED)
        : new FeedEnd(false, brokenBy, how);
  }

  /** Who ended one direction, as the other direction names the sides. */
  private static Closing opposite(Closing closing) {
    return switch (closing) {
      case BROKEN_BY_SENDER -> Closing.BROKEN_BY_RECEIVER;
      case BROKEN_BY_RECEIVER -> Closing.BROKEN_BY_SENDER;
      default -> closing;
    };
  }

  /** Closes both connections. */
  void close() {
    Sockets.closeQuietly(primary);
    Sockets.closeQuietly(secondary);
  }

  /** Closes both connections if they are still open, long after the main channel has ended. */
  void giveUp() {
    if (open.get() > 0) {
      brokenBy = Closing.STOPPED;
      broken = LEFT_OPEN;
      close();
    }
  }

  private void carry(SocketChannel from, SocketChannel to, JournalLane lane, ByteBuffer said) {
    String reason = CLOSED;
    Closing closing = Closing.CLOSED;
    boolean receiving = true;
    try {
      ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK);
      if (broken == null) {
        chunk.put(said);
      }
      while (chunk.position() > 0 || from.read(chunk) >= 0) {
        receiving = false;
        chunk.flip();
        pass(chunk, lane, to);
        chunk.clear();
        receiving = true;
      }
      receiving = false;
      to.shutdownOutput();
    } catch (ClosedChannelException e) {
      String how = broken;
      reason = how == null ? STOPPED : how;
      closing = how == null ? Closing.STOPPED : opposite(brokenBy);
    } catch (IOException e) {
      reason = "connection broken: " + e.getMessage();
      closing = receiving ? Closing.BROKEN_BY_SENDER : Closing.BROKEN_BY_RECEIVER;
      brokenBy = closing;
      broken = reason;
      breakOff();
    }
    migration.ended(lane, closing, reason);
    if (open.decrementAndGet() == 0) {
      close();
      migration.ended(this);
    }
  }

  private void pass(ByteBuffer chunk, JournalLane lane, SocketChannel to) throws IOException {
    if (number > 0) {
      migration.carried(lane, chunk);
      write(chunk, to);
      return;
    }
    boolean fromPrimary = lane.direction() == Direction.PVM_TO_SVM;
    if (fromPrimary && !beginning.isOver()) {
      migration.settle();
      beginning.see(chunk);
    }
    Interference interference = migration.interference();
    Interference.Side first = fromPrimary ? Interference.Side.PVM : Interference.Side.SVM;
    Interference.Side last = fromPrimary ? Interference.Side.SVM : Interference.Side.PVM;
    Interference.Outlet out =
        bytes -> interference.pass(last, lane.direction(), bytes, altered -> write(altered, to));
    interference.pass(
        first,
        lane.direction(),
        chunk,
        bytes -> {
          migration.carried(lane, bytes);
          if (!fromPrimary) {
            holdAnswers(bytes, out);
          }
          out.take(bytes);
        });
  }

  /** Passes answers on up to the last that may be held back, each as soon as it may. */
  private void holdAnswers(ByteBuffer chunk, Interference.Outlet to) throws IOException {
    AnswerHold hold = migration.hold();
    ByteBuffer ahead = chunk.duplicate();
    for (ColoMessageType held = answers.next(ahead); held != null; held = answers.next(ahead)) {
      int before = Math.max(chunk.position(), ahead.position() - Integer.BYTES);
      to.take(chunk.slice(chunk.position(), before - chunk.position()));
      chunk.position(before);
      hold.held(held);
    }
  }

  private static void write(ByteBuffer bytes, SocketChannel to) throws IOException {
    while (bytes.hasRemaining()) {
      to.write(bytes);
    }
  }

  /**
   * Breaks both connections, as the one that broke: their ends learn that it was no orderly end.
   */
  private void breakOff() {
    Sockets.breakWhenClosed(primary);
    Sockets.breakWhenClosed(secondary);
    close();
  }
}
