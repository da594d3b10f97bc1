package org.colotape.recorder.feed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.colotape.recorder.fixture.EventLog;
import org.colotape.schema.event.Direction;

/** A tap that records, and a secondary that counts who reaches it. A test plays the primary. */
final class TapTrial implements AutoCloseable {
  private static final HostPort ANY_PORT = new HostPort("127.0.0.1", 0);
  private static final int MILLIS = 10_000;

  private final ServerSocket secondary;
  private final Tap tap;
  private final Journaled journaled;
  private final EventLog log = new EventLog();
  private final CompletableFuture<FeedEnd> running;
  private final List<Socket> opened = new ArrayList<>();

  private TapTrial(Path folder, Address listen, Admission admission) throws IOException {
    this.secondary = new ServerSocket(0, 300, InetAddress.getLoopbackAddress());
    secondary.setSoTimeout(MILLIS);
    this.tap =
        Tap.listen(listen, new HostPort("127.0.0.1", secondary.getLocalPort()), false, admission);
    this.journaled = new Journaled(folder.resolve("journal"), tap.sources());
    CompletableFuture<FeedEnd> published = in(() -> journaled.publish(log));
    this.running =
        in(
                () -> {
                  tap.run(journaled);
                  return 0;
                })
            .thenCombine(published, (_, end) -> end);
  }

  private static <T> CompletableFuture<T> in(Supplier<T> what) {
    return CompletableFuture.supplyAsync(
        what, task -> Thread.ofPlatform().name("trial").daemon().start(task));
  }

  /** One whose connections have half a second to say what they are. */
  static TapTrial start(Path folder) throws IOException {
    return start(folder, Duration.ofMillis(500));
  }

  static TapTrial start(Path folder, Duration deadline) throws IOException {
    return new TapTrial(folder, ANY_PORT, new Admission(Set.of(), deadline));
  }

  /** One that lets processes of that user in, too. */
  static TapTrial allowing(Path folder, int uid) throws IOException {
    return new TapTrial(folder, ANY_PORT, Admission.OWNER.allowing(Set.of(uid)));
  }

  /** One that listens on a unix socket. */
  static TapTrial startUnix(Path folder, Path socket) throws IOException {
    return new TapTrial(
        folder, new UnixPath(socket), new Admission(Set.of(), Duration.ofMillis(500)));
  }

  Tap tap() {
    return tap;
  }

  int port() {
    return ((HostPort) tap.address()).port();
  }

  ServerSocket secondary() {
    return secondary;
  }

  /** Connects to the tap. */
  Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port());
    socket.setSoTimeout(MILLIS);
    opened.add(socket);
    return socket;
  }

  /** Connects to the tap and says something. */
  Socket say(byte... bytes) throws IOException {
    Socket socket = connect();
    socket.getOutputStream().write(bytes);
    return socket;
  }

  /** The next connection that reaches the secondary. */
  Socket arrived() throws IOException {
    Socket socket = secondary.accept();
    socket.setSoTimeout(MILLIS);
    opened.add(socket);
    return socket;
  }

  /** Sends the rest of a stream, whose begin was sent, to its end. */
  void finish(Socket primary, Socket arrived, byte[] stream, int sent) throws IOException {
    primary.getOutputStream().write(stream, sent, stream.length - sent);
    primary.shutdownOutput();
    assertThat(arrived.getInputStream().readAllBytes()).isEqualTo(stream);
    arrived.shutdownOutput();
    assertThat(primary.getInputStream().read()).isEqualTo(-1);
  }

  /** Migrates from begin to end; the recording must hold it. */
  void migrate(byte[] stream) throws Exception {
    Socket primary = say(stream[0]);
    primary.getOutputStream().write(stream, 1, 99);
    finish(primary, arrived(), stream, 100);
    assertRecorded(stream);
  }

  /** Waits for the tap's end; the recording must hold this stream, and all of it. */
  void assertRecorded(byte[] stream) throws Exception {
    FeedEnd end = end();
    assertThat(end.complete()).as(end.reason()).isTrue();
    assertThat(log.wire(0, Direction.PVM_TO_SVM)).isEqualTo(stream);
  }

  /** Waits for the tap's end. */
  FeedEnd end() throws Exception {
    return running.get(MILLIS, TimeUnit.MILLISECONDS);
  }

  boolean isOver() {
    return running.isDone();
  }

  EventLog log() {
    return log;
  }

  List<String> refusals() {
    return journaled.refusals();
  }

  /** Waits until so many refusals were told. */
  void awaitRefusals(int number) throws InterruptedException {
    for (int i = 0; i < MILLIS / 10 && refusals().size() < number; i++) {
      Thread.sleep(10);
    }
    assertThat(refusals()).hasSizeGreaterThanOrEqualTo(number);
  }

  /** Nobody may have reached the secondary beside those who were taken. */
  void assertNobodyElseArrived() throws IOException {
    secondary.setSoTimeout(300);
    try (Socket stray = secondary.accept()) {
      throw new AssertionError("reached the secondary: " + stray);
    } catch (SocketTimeoutException e) {
      secondary.setSoTimeout(MILLIS);
    }
  }

  @Override
  public void close() throws IOException {
    tap.close();
    for (Socket socket : opened) {
      socket.close();
    }
    secondary.close();
  }
}
