package org.colotape.recorder.feed;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.colotape.schema.ColotapeException;
import org.jspecify.annotations.Nullable;

/**
 * A proxy between two running QEMUs that puts what it carries, in both directions, into a journal
 * before it passes it on. The connection that says so is the main channel of a migration; each
 * further one that belongs to it, as multifd and postcopy preemption open them, is the next
 * channel, until both directions of the main channel have ended. Who else connects is turned away,
 * and the secondary never hears of it.
 *
 * <p>Nothing but the journal's files stands between the two sides, and if these can't be written
 * the proxy goes on without: a broken recorder must not end a migration.
 */
public final class Tap implements AutoCloseable {
  private static final String SOURCE = ": tap at ";

  /** All connections of a primary, and some more, may come at once. */
  private static final int BACKLOG = 1024;

  private final ServerSocketChannel server;
  private final Address forward;
  private final boolean keepListening;
  private final Admission admission;
  private final List<TapMigration> migrations = new ArrayList<>();
  private final Set<SocketChannel> connecting = new HashSet<>();
  private @Nullable String closed;
  private volatile @Nullable Lobby lobby;
  private volatile @Nullable ColotapeException failure;

  private Tap(
      ServerSocketChannel server, Address forward, boolean keepListening, Admission admission) {
    this.server = server;
    this.forward = forward;
    this.keepListening = keepListening;
    this.admission = admission;
  }

  /**
   * Begins to listen, to processes of root and of this process's user if they are on this machine.
   */
  public static Tap listen(Address listen, Address forward, boolean keepListening) {
    return listen(listen, forward, keepListening, Admission.OWNER);
  }

  /**
   * Begins to listen.
   *
   * @param listen where the primary will connect to; port 0 lets the system choose
   * @param forward where the secondary listens
   * @param keepListening true to carry one migration after the other, until the tap is closed
   * @param admission who may connect
   * @throws ColotapeException if it can't listen there, or would forward to itself
   */
  public static Tap listen(
      Address listen, Address forward, boolean keepListening, Admission admission) {
    SocketAddress address = listen.resolve();
    SocketAddress target = forward.resolve();
    try {
      ServerSocketChannel server = open(address);
      if (isItself(server.getLocalAddress(), target)) {
        server.close();
        throw new ColotapeException(
            "the tap would forward to itself",
            forward.toString(),
            "give the address where the secondary listens");
      }
      return new Tap(server, forward, keepListening, admission);
    } catch (IOException e) {
      throw new ColotapeException(
          "cannot listen: " + e.getMessage(),
          listen.toString(),
          listen instanceof UnixPath
              ? "choose a path that does not exist, in a folder that does"
              : "choose a free port of this machine",
          e);
    }
  }

  private static ServerSocketChannel open(SocketAddress address) throws IOException {
    if (address instanceof UnixDomainSocketAddress) {
      return ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(address, BACKLOG);
    }
    ServerSocketChannel server = ServerSocketChannel.open();
    server.setOption(StandardSocketOptions.SO_REUSEADDR, true);
    return server.bind(address, BACKLOG);
  }

  private static boolean isItself(SocketAddress own, SocketAddress target) throws SocketException {
    if (own instanceof InetSocketAddress here && target instanceof InetSocketAddress there) {
      return here.getPort() == there.getPort() && AllowedPeers.isLocal(there.getAddress());
    }
    return own.equals(target);
  }

  /** Where the tap listens. */
  public Address address() {
    try {
      return switch (server.getLocalAddress()) {
        case UnixDomainSocketAddress unix -> new UnixPath(unix.getPath());
        case InetSocketAddress tcp -> HostPort.of(tcp);
        default -> throw new IllegalStateException("neither TCP nor a unix socket");
      };
    } catch (IOException e) {
      throw new ColotapeException("the tap is closed", forward.toString(), "start it again", e);
    }
  }

  /** One line for each direction: what the recording says of its sources. */
  public List<String> sources() {
    return List.of(
        "PVM to SVM" + SOURCE + address() + " towards " + forward,
        "SVM to PVM" + SOURCE + address() + " from " + forward);
  }

  /**
   * Carries one migration, or one after the other, until the tap is closed. All their journals are
   * closed then.
   *
   * @throws ColotapeException if the secondary of the only migration can't be reached, or that
   *     migration can't have a journal
   */
  public void run(Migrations to) {
    if (!keepListening) {
      migration(to).begin();
    }
    try (ExecutorService copiers =
        Executors.newThreadPerTaskExecutor(Thread.ofPlatform().name("colotape-tap").factory())) {
      try {
        takeIn(to, copiers);
      } catch (Throwable e) {
        close(String.valueOf(e.getMessage())); // nobody would end what the copiers carry
        throw e;
      }
    } finally {
      migration(to).closeIfOver();
    }
    ColotapeException unreachable = failure;
    if (unreachable != null) {
      throw unreachable;
    }
  }

  private void takeIn(Migrations to, Executor copiers) {
    Gate gate =
        new Gate(
            () -> migration(to),
            !keepListening,
            (migration, arrival) -> start(copiers, () -> connectMain(migration, arrival, to)),
            (migration, arrival) -> further(migration, arrival, to, copiers));
    try {
      Lobby entered =
          new Lobby(
              server,
              new AllowedPeers(admission.uids()),
              gate,
              new Refusals(to::refused, System::nanoTime),
              admission.deadline());
      lobby = entered;
      entered.run();
    } catch (IOException e) {
      throw new ColotapeException(
          "cannot tell who connects: " + e.getMessage(), address().toString(), "start it anew", e);
    }
  }

  /** Carries both directions of what {@code connect} gives, if it gives anything. */
  private static void start(Executor copiers, Supplier<@Nullable TapChannel> connect) {
    CompletableFuture<@Nullable TapChannel> connected = new CompletableFuture<>();
    copiers.execute(() -> {
      TapChannel channel = null;
      try {
        channel = connect.get();
      } finally {
        connected.complete(channel);
      }
      if (channel != null) {
        channel.carryToSvm();
      }
    });
    copiers.execute(() -> {
      TapChannel channel = connected.join();
      if (channel != null) {
        channel.carryToPvm();
      }
    });
  }

  /** Ends the migration that is going on, and listening. */
  @Override
  public void close() {
    close("the tap was closed");
  }

  private void close(String reason) {
    List<TapMigration> running;
    List<SocketChannel> unconnected;
    synchronized (this) {
      closed = reason;
      running = List.copyOf(migrations);
      unconnected = List.copyOf(connecting);
    }
    stopListening();
    unconnected.forEach(Sockets::closeQuietly);
    running.forEach(migration -> migration.stop(reason));
  }

  private @Nullable TapChannel connectMain(TapMigration migration, Arrival arrival, Migrations to) {
    try {
      SocketChannel secondary = reach();
      Sockets.noDelay(arrival.socket());
      Sockets.noDelay(secondary);
      return migration.add(arrival, secondary);
    } catch (IOException | ColotapeException e) {
      arrival.close();
      migration.lose();
      ColotapeException unreachable =
          new ColotapeException(
              "cannot reach the secondary: " + e.getMessage(),
              forward.toString(),
              "start it with -incoming on that address first, then begin the migration again",
              e);
      if (keepListening) {
        to.problem(unreachable);
      } else {
        failure = unreachable;
        close(String.valueOf(unreachable.getMessage()));
      }
      return null;
    }
  }

  /** A connection to the secondary; whoever closes the tap ends the attempt. */
  private SocketChannel reach() throws IOException {
    SocketAddress target = forward.resolve();
    SocketChannel secondary = Sockets.open(target);
    synchronized (this) {
      connecting.add(secondary);
      if (closed != null) {
        Sockets.closeQuietly(secondary);
      }
    }
    try {
      secondary.connect(target);
      return secondary;
    } catch (IOException e) {
      Sockets.closeQuietly(secondary);
      throw e;
    } finally {
      synchronized (this) {
        connecting.remove(secondary);
      }
    }
  }

  /** The journal has to know of it at once; the secondary is asked then. */
  private void further(TapMigration migration, Arrival arrival, Migrations to, Executor copiers) {
    SocketAddress target;
    TapChannel channel;
    try {
      target = forward.resolve();
      Sockets.noDelay(arrival.socket());
      channel = migration.add(arrival, Sockets.open(target));
    } catch (IOException | ColotapeException e) {
      arrival.close();
      to.refused(unreachable(arrival, e));
      return;
    }
    if (channel == null) {
      arrival.close();
      return;
    }
    start(
        copiers,
        () -> {
          try {
            channel.connect(target);
          } catch (IOException e) {
            to.refused(unreachable(arrival, e)); // costs nobody but itself
          }
          return channel;
        });
  }

  private static ColotapeException unreachable(Arrival arrival, Exception cause) {
    return new ColotapeException(
        "connection refused: the secondary takes no further one: " + cause.getMessage(),
        arrival.peer().toString(),
        "set the same capabilities on both sides if it is the primary's",
        cause);
  }

  /** The migration that a connection is of: the last one, unless it is over and another follows. */
  private synchronized TapMigration migration(Migrations to) {
    boolean another = migrations.isEmpty() || (keepListening && migrations.getLast().isOver());
    return another ? next(to) : migrations.getLast();
  }

  private synchronized TapMigration next(Migrations to) {
    TapMigration next =
        new TapMigration(to, keepListening ? () -> {} : this::stopListening, this::settle);
    migrations.add(next);
    if (closed != null) {
      next.stop(closed);
    }
    return next;
  }

  private void settle() {
    Lobby entered = lobby;
    if (entered != null) {
      entered.settle();
    }
  }

  private void stopListening() {
    try {
      SocketAddress own = server.isOpen() ? server.getLocalAddress() : null;
      server.close();
      if (own instanceof UnixDomainSocketAddress unix) {
        Files.deleteIfExists(unix.getPath());
      }
    } catch (IOException e) {
      throw new ColotapeException("cannot stop listening", forward.toString(), "stop Colotape", e);
    } finally {
      Lobby entered = lobby;
      if (entered != null) {
        entered.wake();
      }
    }
  }
}
