package org.colotape.recorder.feed;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.colotape.schema.ColotapeException;
import org.jspecify.annotations.Nullable;

/**
 * A proxy between two running QEMUs that puts what it carries, in both directions, into a journal
 * before it passes it on. The first connection of a migration is its main channel; each further
 * one, as multifd and postcopy preemption open them, is the next channel, until both directions of
 * the main channel have ended.
 *
 * <p>Nothing but the journal's files stands between the two sides, and if these can't be written
 * the proxy goes on without: a broken recorder must not end a migration.
 */
public final class Tap implements AutoCloseable {
  private static final String SOURCE = ": tap at ";

  private final ServerSocketChannel server;
  private final Address forward;
  private final boolean keepListening;
  private final List<TapMigration> migrations = new ArrayList<>();
  private @Nullable String closed;

  private Tap(ServerSocketChannel server, Address forward, boolean keepListening) {
    this.server = server;
    this.forward = forward;
    this.keepListening = keepListening;
  }

  /**
   * Begins to listen.
   *
   * @param listen where the primary will connect to; port 0 lets the system choose
   * @param forward where the secondary listens
   * @param keepListening true to carry one migration after the other, until the tap is closed
   * @throws ColotapeException if it can't listen there, or would forward to itself
   */
  public static Tap listen(Address listen, Address forward, boolean keepListening) {
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
      return new Tap(server, forward, keepListening);
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
      return ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(address);
    }
    ServerSocketChannel server = ServerSocketChannel.open();
    server.setOption(StandardSocketOptions.SO_REUSEADDR, true);
    return server.bind(address);
  }

  private static boolean isItself(SocketAddress own, SocketAddress target) throws SocketException {
    if (own instanceof InetSocketAddress here && target instanceof InetSocketAddress there) {
      return here.getPort() == there.getPort() && isLocal(there.getAddress());
    }
    return own.equals(target);
  }

  private static boolean isLocal(InetAddress address) throws SocketException {
    return address.isAnyLocalAddress()
        || address.isLoopbackAddress()
        || NetworkInterface.getByInetAddress(address) != null;
  }

  /** Where the tap listens. */
  public Address address() {
    try {
      return switch (server.getLocalAddress()) {
        case UnixDomainSocketAddress unix -> new UnixPath(unix.getPath());
        case InetSocketAddress tcp ->
            new HostPort(tcp.getAddress().getHostAddress(), tcp.getPort());
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
      for (SocketChannel primary = accept(); primary != null; primary = accept()) {
        TapChannel channel = connect(primary, to);
        if (channel != null) {
          copiers.execute(channel::carryToSvm);
          copiers.execute(channel::carryToPvm);
        }
      }
    } finally {
      migration(to).closeIfOver();
    }
  }

  /** Ends the migration that is going on, and listening. */
  @Override
  public void close() {
    close("the tap was closed");
  }

  private void close(String reason) {
    List<TapMigration> running;
    synchronized (this) {
      closed = reason;
      running = List.copyOf(migrations);
    }
    stopListening();
    running.forEach(migration -> migration.stop(reason));
  }

  private @Nullable SocketChannel accept() {
    try {
      return server.accept();
    } catch (IOException e) {
      return null; // closed: by the main channel's end, or by close()
    }
  }

  private @Nullable TapChannel connect(SocketChannel primary, Migrations to) {
    try {
      SocketChannel secondary = SocketChannel.open(forward.resolve());
      noDelay(primary);
      noDelay(secondary);
      return add(primary, secondary, to);
    } catch (IOException | ColotapeException e) {
      closeQuietly(primary);
      ColotapeException unreachable =
          new ColotapeException(
              "cannot reach the secondary: " + e.getMessage(),
              forward.toString(),
              "start it with -incoming on that address first, then begin the migration again",
              e);
      if (!keepListening) {
        close(String.valueOf(unreachable.getMessage()));
        throw unreachable;
      }
      to.problem(unreachable);
      return null;
    }
  }

  private @Nullable TapChannel add(SocketChannel primary, SocketChannel secondary, Migrations to) {
    TapChannel channel = migration(to).add(primary, secondary);
    if (channel == null && keepListening) {
      channel = next(to).add(primary, secondary);
    }
    if (channel == null) {
      closeQuietly(primary);
      closeQuietly(secondary);
    }
    return channel;
  }

  /** The migration that is going on, or that is the last one. */
  private synchronized TapMigration migration(Migrations to) {
    return migrations.isEmpty() ? next(to) : migrations.getLast();
  }

  private synchronized TapMigration next(Migrations to) {
    TapMigration next = new TapMigration(to, keepListening ? () -> {} : this::stopListening);
    migrations.add(next);
    if (closed != null) {
      next.stop(closed);
    }
    return next;
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
    }
  }

  private static void noDelay(SocketChannel socket) throws IOException {
    if (!(socket.getLocalAddress() instanceof UnixDomainSocketAddress)) {
      // COLO messages are four bytes that the other side waits for
      socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
    }
  }

  private static void closeQuietly(SocketChannel socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // nothing is lost: the connection was never used
    }
  }
}
