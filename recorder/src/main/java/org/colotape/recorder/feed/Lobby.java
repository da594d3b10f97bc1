package org.colotape.recorder.feed;

import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.colotape.schema.ColotapeException;
import org.jspecify.annotations.Nullable;

/**
 * Where connections wait until they have said what they are. Each costs one file and no thread, and
 * there is room for so many: who comes then takes the place of the one that has said nothing for
 * longest.
 */
final class Lobby {
  /** Most connections that have not said what they are. */
  static final int MOST_UNDECIDED = 256;

  /** Most that have said it, and wait for others: a primary has up to 255 multifd channels. */
  private static final int MOST_DECIDED = 256;

  private static final int MOST_AT_ONCE = 512;

  /** Time between two looks: a flood must not take the VMs' time. */
  private static final long TICK_MILLIS = 50;

  private static final Duration MOST_SETTLING = Duration.ofSeconds(1);

  private final ServerSocketChannel server;
  private final AllowedPeers allowed;
  private final Judge judge;
  private final Refusals refusals;
  private final long deadline;
  private final Selector selector;
  private final List<Arrival> waiting = new ArrayList<>();
  private long nextAccept = System.nanoTime();
  private long asked;
  private long settled;

  /** Decides on a connection. */
  interface Judge {
    /**
     * What becomes of it if it is let in now: run when it is blocking again, and what it has said
     * was read. Null if it has to wait.
     *
     * @throws ColotapeException if it is refused: why
     */
    @Nullable Runnable entry(Arrival arrival);

    /** Why one is refused that has waited too long. */
    ColotapeException late(Arrival arrival);
  }

  /**
   * @param deadline how long each may wait
   * @throws IOException if there can be none
   */
  Lobby(
      ServerSocketChannel server,
      AllowedPeers allowed,
      Judge judge,
      Refusals refusals,
      Duration deadline)
      throws IOException {
    this.server = server;
    this.allowed = allowed;
    this.judge = judge;
    this.refusals = refusals;
    this.deadline = deadline.toNanos();
    this.selector = Selector.open();
  }

  /** Takes connections in until the server is closed. */
  void run() {
    try (selector) {
      server.configureBlocking(false);
      SelectionKey listening = server.register(selector, SelectionKey.OP_ACCEPT);
      while (server.isOpen()) {
        long pause = nextAccept - System.nanoTime();
        listening.interestOps(pause > 0 ? 0 : SelectionKey.OP_ACCEPT);
        selector.select(Lobby::read, timeout(pause));
        long until = asked();
        if (pause <= 0 || until > settled) {
          accept();
        }
        List.copyOf(waiting).forEach(this::judge);
        settled(until);
      }
      selector.selectNow(); // a closed server listens until its selector has seen it
    } catch (ClosedChannelException | ClosedSelectorException | CancelledKeyException e) {
      // the server was closed
    } catch (IOException e) {
      throw new ColotapeException(
          "cannot take connections: " + e.getMessage(), "", "start the tap again", e);
    } finally {
      settled(Long.MAX_VALUE);
      waiting.forEach(Arrival::close);
      refusals.tellRest();
    }
  }

  private long timeout(long pause) {
    if (pause > 0) {
      return TimeUnit.NANOSECONDS.toMillis(pause) + 1;
    }
    return waiting.isEmpty() ? 0 : TICK_MILLIS;
  }

  /** Lets it look whether the server is closed. */
  void wake() {
    selector.wakeup();
  }

  /** Returns when all were judged who have connected before, or after a second. */
  synchronized void settle() {
    asked++;
    long until = asked;
    selector.wakeup();
    long latest = System.nanoTime() + MOST_SETTLING.toNanos();
    try {
      for (long left = MOST_SETTLING.toMillis(); settled < until && left > 0; ) {
        wait(left);
        left = TimeUnit.NANOSECONDS.toMillis(latest - System.nanoTime());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized long asked() {
    return asked;
  }

  private synchronized void settled(long until) {
    settled = until;
    notifyAll();
  }

  private static void read(SelectionKey key) {
    if (key.attachment() instanceof Arrival arrival) {
      arrival.read();
      if (arrival.opening() != Opening.UNDECIDED || arrival.isOver()) {
        key.interestOps(0);
      }
    }
  }

  private void judge(Arrival arrival) {
    try {
      Runnable entry = judge.entry(arrival);
      if (entry != null) {
        letIn(arrival);
        entry.run();
      } else if (arrival.age() > deadline) {
        throw judge.late(arrival);
      }
    } catch (ColotapeException refusal) {
      refuse(arrival, refusal);
    }
  }

  private void letIn(Arrival arrival) {
    waiting.remove(arrival);
    try {
      arrival.socket().keyFor(selector).cancel();
      arrival.socket().configureBlocking(true);
    } catch (IOException e) {
      arrival.close(); // whoever reads on learns it
    }
  }

  private void refuse(Arrival arrival, ColotapeException why) {
    waiting.remove(arrival);
    arrival.close();
    refusals.refused(why);
  }

  private void makeRoom() {
    makeRoom(MOST_UNDECIDED, waiting.stream().filter(Arrival::isUndecided).toList());
    makeRoom(MOST_DECIDED, waiting.stream().filter(arrival -> !arrival.isUndecided()).toList());
  }

  /** Refuses the one that came first, if there are too many. */
  private void makeRoom(int most, List<Arrival> arrivals) {
    if (arrivals.size() > most) {
      refuse(arrivals.getFirst(), tooMany(arrivals.getFirst().peer().toString()));
    }
  }

  /** Takes in all who have connected: to ask for whose they are takes as long for one. */
  private void accept() {
    List<SocketChannel> connected = new ArrayList<>();
    for (SocketChannel socket = next(); socket != null; socket = next()) {
      connected.add(socket);
      if (connected.size() == MOST_AT_ONCE) {
        break;
      }
    }
    LocalSockets sockets = new LocalSockets();
    connected.forEach(socket -> accept(socket, sockets));
    if (!connected.isEmpty()) {
      nextAccept = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS);
    }
  }

  private void accept(SocketChannel socket, LocalSockets sockets) {
    try {
      Arrival arrival = new Arrival(socket, allowed.check(socket, sockets), System.nanoTime());
      socket.configureBlocking(false);
      socket.register(selector, SelectionKey.OP_READ, arrival);
      waiting.add(arrival);
      arrival.read();
      makeRoom();
    } catch (ColotapeException refusal) {
      Sockets.closeQuietly(socket);
      refusals.refused(refusal);
    } catch (IOException e) {
      Sockets.closeQuietly(socket); // it is gone already
    }
  }

  private @Nullable SocketChannel next() {
    try {
      return server.accept();
    } catch (ClosedChannelException e) {
      return null;
    } catch (IOException e) {
      // no file is left, for example: those that wait hold most of them
      refusals.refused(tooMany(String.valueOf(e.getMessage())));
      if (waiting.isEmpty()) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS));
      } else {
        refuse(waiting.getFirst(), tooMany(waiting.getFirst().peer().toString()));
      }
      return null;
    }
  }

  private static ColotapeException tooMany(String where) {
    return new ColotapeException(
        "connection refused: too many wait", where, "connect only QEMU to the tap");
  }
}
