package org.colotape.recorder.feed;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.colotape.recorder.session.RecordingSession;
import org.colotape.schema.ColotapeException;
import org.jspecify.annotations.Nullable;

/**
 * A TCP proxy between two running QEMUs that records what it carries, in both directions, before it
 * passes it on. The first connection is the main channel; each further one, as multifd opens them,
 * is the next channel.
 *
 * <p>If recording fails the proxy goes on without it: a broken recorder must not end a migration.
 * {@link #run} then throws when the migration is over.
 */
public final class TcpTap implements AutoCloseable {
  private final ServerSocket server;
  private final HostPort forward;
  private final TapChannels channels = new TapChannels();

  private TcpTap(ServerSocket server, HostPort forward) {
    this.server = server;
    this.forward = forward;
  }

  /**
   * Begins to listen.
   *
   * @param listen where the primary will connect to; port 0 lets the system choose
   * @param forward where the secondary listens
   * @throws ColotapeException if it can't listen there, or would forward to itself
   */
  public static TcpTap listen(HostPort listen, HostPort forward) {
    InetSocketAddress address = listen.resolve();
    InetSocketAddress target = forward.resolve();
    try {
      ServerSocket server = new ServerSocket();
      server.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      server.bind(address);
      if (server.getLocalPort() == target.getPort() && isLocal(target.getAddress())) {
        server.close();
        throw new ColotapeException(
            "the tap would forward to itself",
            forward.toString(),
            "give the address where the secondary listens");
      }
      return new TcpTap(server, forward);
    } catch (IOException e) {
      throw new ColotapeException(
          "cannot listen: " + e.getMessage(),
          listen.toString(),
          "choose a free port of this machine",
          e);
    }
  }

  private static boolean isLocal(InetAddress address) throws SocketException {
    return address.isAnyLocalAddress()
        || address.isLoopbackAddress()
        || NetworkInterface.getByInetAddress(address) != null;
  }

  /** Where the tap listens. */
  public HostPort address() {
    InetAddress local = server.getInetAddress();
    return new HostPort(local.getHostAddress(), server.getLocalPort());
  }

  /** One line for each direction of the main channel: what the recording says of its sources. */
  public List<String> sources() {
    return List.of(
        "PVM to SVM: tap at " + address() + " towards " + forward,
        "SVM to PVM: tap at " + address() + " from " + forward);
  }

  /**
   * Carries one migration, until both directions of its main channel have ended or the tap is
   * closed. The session is not finished.
   *
   * @param progress run after each chunk, by the thread that recorded it
   * @return how it ended
   * @throws ColotapeException if the secondary can't be reached, or recording failed
   */
  public FeedEnd run(RecordingSession session, Runnable progress) {
    TapRecorder recorder = new TapRecorder(session, progress);
    try (ExecutorService copiers =
        Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
      for (Socket primary = accept(); primary != null; primary = accept()) {
        TapChannel channel = connect(primary, recorder);
        copiers.execute(channel::carryToSvm);
        copiers.execute(channel::carryToPvm);
      }
    }
    recorder.throwIfFailed();
    return channels.end();
  }

  /** Ends the migration that is going on, and listening. */
  @Override
  public void close() {
    stopListening();
    channels.close();
  }

  private @Nullable Socket accept() {
    try {
      return server.accept();
    } catch (IOException e) {
      return null; // closed: by the main channel's end, or by close()
    }
  }

  private TapChannel connect(Socket primary, TapRecorder recorder) {
    try {
      InetSocketAddress address = forward.resolve();
      Socket secondary = new Socket(address.getAddress(), address.getPort());
      noDelay(primary);
      noDelay(secondary);
      return channels.add(primary, secondary, recorder, this::stopListening);
    } catch (IOException | ColotapeException e) {
      closeQuietly(primary);
      close();
      throw new ColotapeException(
          "cannot reach the secondary: " + e.getMessage(),
          forward.toString(),
          "start it with -incoming on that address first, then begin the migration again",
          e);
    }
  }

  private void stopListening() {
    try {
      server.close();
    } catch (IOException e) {
      throw new ColotapeException(
          "cannot stop listening", address().toString(), "stop Colotape", e);
    }
  }

  private static void noDelay(Socket socket) throws SocketException {
    // COLO messages are four bytes that the other side waits for
    socket.setTcpNoDelay(true);
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // nothing is lost: the connection was never used
    }
  }
}
