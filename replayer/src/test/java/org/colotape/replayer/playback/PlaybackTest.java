package org.colotape.replayer.playback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.colotape.replayer.fixture.EventList;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.digest.RunningDigest;
import org.colotape.schema.event.ChannelEnd;
import org.colotape.schema.event.CheckpointSeal;
import org.colotape.schema.event.Closing;
import org.colotape.schema.event.ColoMessage;
import org.colotape.schema.event.ColoMessageType;
import org.colotape.schema.event.Direction;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.RecordingStart;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class PlaybackTest {
  private static final Duration A_SECOND = Duration.ofSeconds(1);
  private static final Duration MILLIS_500 = Duration.ofMillis(500);

  private final List<Event> events = new ArrayList<>();
  private final List<Integer> reached = new ArrayList<>();
  private final ServerSocket secondary;

  PlaybackTest() throws IOException {
    secondary = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
  }

  @BeforeEach
  void begin() {
    Event start = event(Kind.RECORDING_START, Direction.NONE, 0);
    start.setStart(new RecordingStart("r", "test", List.of(), true, List.of(), false));
  }

  @AfterEach
  void close() throws IOException {
    secondary.close();
  }

  @Test
  void aSecondaryThatAnswersAsRecordedGetsAllBytesInTheirOrder() throws Exception {
    event(Kind.OPAQUE, Direction.PVM_TO_SVM, 0, 1, 2, 3);
    answer(ColoMessageType.CHECKPOINT_READY, 0);
    seal(0);
    event(Kind.OPAQUE, Direction.PVM_TO_SVM, 0, 4);
    answer(ColoMessageType.CHECKPOINT_REPLY, 2);
    seal(1);
    end(0);
    CompletableFuture<byte[]> got =
        serve(socket -> {
          byte[] first = socket.getInputStream().readNBytes(3);
          socket.getOutputStream().write(new byte[] {0, 0, 0, 0});
          byte[] second = socket.getInputStream().readNBytes(1);
          socket.getOutputStream().write(new byte[] {0, 0, 0, 2});
          assertThat(socket.getInputStream().read()).isEqualTo(-1);
          return ByteBuffer.allocate(4).put(first).put(second).array();
        });

    try (Playback playback = playback(A_SECOND)) {
      assertThat(playback.run(null, reached::add)).isTrue();
      assertThat(playback.sentBytes()).isEqualTo(4);
      assertThat(playback.answerBytes()).isEqualTo(8);
    }

    assertThat(got.get()).containsExactly(1, 2, 3, 4);
    assertThat(reached).containsExactly(0, 1);
  }

  @Test
  void playingUntilACheckpointSendsNothingBehindIt() throws Exception {
    event(Kind.OPAQUE, Direction.PVM_TO_SVM, 0, 1);
    seal(0);
    event(Kind.OPAQUE, Direction.PVM_TO_SVM, 0, 2);
    seal(1);
    event(Kind.OPAQUE, Direction.PVM_TO_SVM, 0, 3);
    CompletableFuture<byte[]> got = serve(socket -> socket.getInputStream().readAllBytes());

    try (Playback playback = playback(A_SECOND)) {
      assertThat(playback.run(1, reached::add)).isTrue();
    }

    assertThat(got.get()).containsExactly(1, 2);
  }

  @Test
  void anotherAnswerIsToldWithTheEventThatItContradicts() {
    event(Kind.OPAQUE, Direction.PVM_TO_SVM, 0, 1);
    answer(ColoMessageType.VMSTATE_LOADED, 6);
    var _ =
        serve(socket -> {
          socket.getOutputStream().write(new byte[] {0, 0, 0, 5});
          return socket.getInputStream().readAllBytes();
        });

    try (Playback playback = playback(A_SECOND)) {
      assertThatThrownBy(() -> playback.run(null, reached::add))
          .isInstanceOf(ColotapeException.class)
          .hasMessageStartingWith(
              "the secondary answers 0x00000005 where the recorded one said VMSTATE_LOADED"
                  + " 0x00000006 (nearby, event 2, checkpoint 0, channel 0, offset 0)");
    }
  }

  @Test
  void aSecondaryThatHangsIsToldAfterAWhile() {
    event(Kind.OPAQUE, Direction.PVM_TO_SVM, 0, 1);
    answer(ColoMessageType.VMSTATE_RECEIVED, 5);
    var _ = serve(socket -> socket.getInputStream().readAllBytes());

    try (Playback playback = playback(MILLIS_500)) {
      assertThatThrownBy(() -> playback.run(null, reached::add))
          .isInstanceOf(ColotapeException.class)
          .hasMessageStartingWith("the secondary does not answer for 0 s where")
          .hasMessageContaining("VMSTATE_RECEIVED");
    }
  }

  @Test
  void aSecondaryThatReadsNothingIsToldAfterAWhile() {
    for (int i = 0; i < 20; i++) {
      Event event = event(Kind.OPAQUE, Direction.PVM_TO_SVM, 0);
      event.setWire(ByteBuffer.allocate(1 << 20));
    }
    seal(0);

    try (Playback playback = playback(MILLIS_500)) {
      assertThatThrownBy(() -> playback.run(null, reached::add))
          .isInstanceOf(ColotapeException.class)
          .hasMessageStartingWith("the secondary takes nothing for 0 s");
    }
  }

  @Test
  void aSecondaryThatGoesAwayIsTold() {
    event(Kind.OPAQUE, Direction.PVM_TO_SVM, 0, 1);
    answer(ColoMessageType.CHECKPOINT_READY, 0);
    var _ = serve(socket -> socket.getInputStream().readNBytes(1));

    try (Playback playback = playback(A_SECOND)) {
      assertThatThrownBy(() -> playback.run(null, reached::add))
          .isInstanceOf(ColotapeException.class)
          .hasMessageStartingWith("the secondary ends after nothing where the recorded one said");
    }
  }

  @Test
  void anAnswerThatWasRecordedBeforeTheEndOfItsCauseIsStillFound() throws Exception {
    event(Kind.OPAQUE, Direction.PVM_TO_SVM, 0, 1);
    answer(ColoMessageType.CHECKPOINT_READY, 0);
    event(Kind.END_OF_SECTIONS, Direction.PVM_TO_SVM, 0, 2);
    seal(0);
    CompletableFuture<byte[]> got =
        serve(socket -> {
          byte[] both = socket.getInputStream().readNBytes(2);
          socket.getOutputStream().write(new byte[4]);
          return both;
        });

    try (Playback playback = playback(A_SECOND)) {
      assertThat(playback.run(0, reached::add)).isTrue();
    }

    assertThat(got.get()).containsExactly(1, 2);
  }

  @Test
  void eachChannelIsAConnectionOfItsOwn() throws Exception {
    event(Kind.OPAQUE, Direction.PVM_TO_SVM, 0, 1);
    event(Kind.OPAQUE, Direction.PVM_TO_SVM, 1, 7);
    event(Kind.OPAQUE, Direction.PVM_TO_SVM, 0, 2);
    end(1);
    end(0);
    CompletableFuture<byte[]> main = serve(socket -> socket.getInputStream().readAllBytes());

    try (Playback playback = playback(A_SECOND)) {
      playback.run(null, reached::add);
    }

    assertThat(main.get()).containsExactly(1, 2);
    CompletableFuture<byte[]> further = serve(socket -> socket.getInputStream().readAllBytes());
    assertThat(further.get()).containsExactly(7);
  }

  @Test
  void aChannelThatWaitsForWhatCameBeforeOnAnotherOneIsNotWaitedFor() throws Exception {
    event(Kind.OPAQUE, Direction.PVM_TO_SVM, 0, 1);
    for (int i = 0; i < 20; i++) {
      event(Kind.OPAQUE, Direction.PVM_TO_SVM, 1).setWire(ByteBuffer.allocate(1 << 20));
    }
    end(1);
    end(0);
    CompletableFuture<Integer> main =
        CompletableFuture.supplyAsync(() -> {
          try (Socket first = secondary.accept();
              Socket further = secondary.accept()) {
            int told = first.getInputStream().read();
            assertThat(further.getInputStream().readAllBytes()).hasSize(20 << 20);
            return told;
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });

    try (Playback playback = playback(A_SECOND)) {
      assertThat(playback.run(null, reached::add)).isTrue();
    }

    assertThat(main.get()).isEqualTo(1);
  }

  private Playback playback(Duration patience) {
    return new Playback(
        new EventList(events), secondary.getLocalSocketAddress(), "nearby", Pace.FAST, patience);
  }

  private Event event(Kind kind, Direction direction, int channel, int... wire) {
    ByteBuffer bytes = ByteBuffer.allocate(wire.length);
    for (int b : wire) {
      bytes.put((byte) b);
    }
    Event event = new Event();
    event.setKind(kind);
    event.setDirection(direction);
    event.setChannel(channel);
    event.setWire(bytes.flip());
    event.setSeq(events.size());
    events.add(event);
    return event;
  }

  private void answer(ColoMessageType type, int number) {
    event(Kind.COLO_MESSAGE, Direction.SVM_TO_PVM, 0, 0, 0, 0, number)
        .setMessage(new ColoMessage(type, 0L));
  }

  private void seal(int checkpoint) {
    Event seal = event(Kind.CHECKPOINT_SEALED, Direction.NONE, 0);
    seal.setCheckpoint(checkpoint);
    seal.setSeal(new CheckpointSeal(true, 0L, 0L, 0L, new RunningDigest().finish().toEvent()));
  }

  private void end(int channel) {
    event(Kind.CHANNEL_END, Direction.PVM_TO_SVM, channel)
        .setChannelEnd(new ChannelEnd(0L, true, "closed", Closing.UNKNOWN));
  }

  private CompletableFuture<byte[]> serve(Service service) {
    return CompletableFuture.supplyAsync(() -> {
      try (Socket socket = secondary.accept()) {
        return service.serve(socket);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    });
  }

  /** What the secondary does with a connection. */
  private interface Service {
    byte[] serve(Socket socket) throws IOException;
  }
}
