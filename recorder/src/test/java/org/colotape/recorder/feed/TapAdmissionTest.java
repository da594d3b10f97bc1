package org.colotape.recorder.feed;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.colotape.recorder.fixture.MultifdStreamBuilder;
import org.colotape.recorder.fixture.SampleStreams;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.event.Direction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who connects to a tap, and what becomes of the migration meanwhile. */
@Timeout(60)
class TapAdmissionTest {
  private static final byte[] STREAM = SampleStreams.colo();
  private static final byte[] POSTCOPY = SampleStreams.postcopy();
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final int NOBODY = 65534;

  @TempDir private Path folder;

  @Test
  void aPortScanBeforeAMigrationDoesNotTakeItsPlace() throws Exception {
    try (TapTrial trial = TapTrial.start(folder)) {
      for (int i = 0; i < 5; i++) {
        trial.connect().close();
        Socket reset = trial.connect();
        reset.setSoLinger(true, 0);
        reset.close();
      }
      trial.awaitRefusals(10);

      trial.migrate(STREAM);

      trial.assertNobodyElseArrived();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET / HTTP/1.0\r\n\r\n", "\0\0\0\0\0\0\0\0", "QEMU", "\b\0\3\0\0\0\0\0"})
  void whoSaysAnythingElseIsRefusedAtOnceInOneLine(String said) throws Exception {
    try (TapTrial trial = TapTrial.start(folder, LONG)) {
      Socket stray = trial.say(said.getBytes(ISO_8859_1));
      assertThat(endsSoon(stray)).isTrue();
      trial.awaitRefusals(1);
      assertThat(trial.refusals().getFirst())
          .contains("of no migration", "127.0.0.1:" + stray.getLocalPort(), "uid ")
          .doesNotContain("\n");

      trial.migrate(STREAM);

      trial.assertNobodyElseArrived();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "QEV", "\u0011\"3", "\0\0\0\0\0\0\0"})
  void whoDoesNotSayWhatItIsIsRefusedAfterAWhile(String half) throws Exception {
    try (TapTrial trial = TapTrial.start(folder)) {
      Socket stray = trial.say(half.getBytes(ISO_8859_1));
      assertThat(endsSoon(stray)).isTrue();
      trial.awaitRefusals(1);
      assertThat(trial.refusals().getFirst()).contains("for long");

      trial.migrate(STREAM);

      trial.assertNobodyElseArrived();
    }
  }

  @Test
  void hundredsOfIdleConnectionsCostNoThreadsAndKeepNobodyOut() throws Exception {
    try (TapTrial trial = TapTrial.start(folder, LONG)) {
      List<Socket> idle = new ArrayList<>();
      for (int i = 0; i < 2 * Lobby.MOST_UNDECIDED; i++) {
        idle.add(trial.connect());
      }
      trial.awaitRefusals(Refusals.MOST_AT_ONCE);
      assertThat(
              Thread.getAllStackTraces().keySet().stream()
                  .filter(thread -> thread.getName().equals("colotape-tap")))
          .isEmpty();
      assertThat(endsSoon(idle.getFirst())).as("the oldest makes room").isTrue();

      trial.migrate(STREAM);

      trial.assertNobodyElseArrived();
      assertThat(trial.refusals().getLast()).contains("too many to tell each");
    }
  }

  @Test
  void whateverComesAfterTheStartDoesNotEndTheMigration() throws Exception {
    try (TapTrial trial = TapTrial.start(folder)) {
      Socket primary = trial.say(Arrays.copyOf(STREAM, 3000));
      Socket arrived = trial.arrived();
      assertThat(arrived.getInputStream().readNBytes(3000)).hasSize(3000);

      Socket second = trial.say(Arrays.copyOf(STREAM, 100));
      Socket silent = trial.connect();
      trial.connect().close();
      trial.say("GET /".getBytes(ISO_8859_1));
      trial.say(Arrays.copyOf(MultifdStreamBuilder.channel(0).bytes(), 40));
      trial.say(SampleStreams.preempt());
      assertThat(endsSoon(second)).isTrue();
      assertThat(endsSoon(silent)).isTrue();
      trial.awaitRefusals(6);
      trial.assertNobodyElseArrived();

      primary.getOutputStream().write(STREAM, 3000, STREAM.length - 3000);
      primary.shutdownOutput();
      assertThat(arrived.getInputStream().readAllBytes()).hasSize(STREAM.length - 3000);
      arrived.shutdownOutput();
      trial.assertRecorded(STREAM);
      assertThat(trial.log().events()).allMatch(event -> event.getChannel() == 0);
    }
  }

  @Test
  void multifdChannelsThatSpeakFirstReachTheSecondaryBehindTheMainOne() throws Exception {
    byte[] channel = MultifdStreamBuilder.channel(0).sync(0).bytes();
    try (TapTrial trial = TapTrial.start(folder, LONG)) {
      Socket main = trial.connect();
      Socket multifd = trial.say(channel);
      trial.assertNobodyElseArrived();
      main.getOutputStream().write(STREAM, 0, 100);

      Socket mainArrived = trial.arrived();
      assertThat(mainArrived.getInputStream().readNBytes(4)).isEqualTo(bytes("QEVM"));
      Socket arrived = trial.arrived();
      assertThat(arrived.getInputStream().readNBytes(channel.length)).isEqualTo(channel);

      for (Socket socket : List.of(multifd, arrived, mainArrived)) {
        socket.shutdownOutput();
      }
      main.getOutputStream().write(STREAM, 100, STREAM.length - 100);
      main.shutdownOutput();
      assertThat(mainArrived.getInputStream().readAllBytes()).hasSize(STREAM.length - 4);
      trial.assertRecorded(STREAM);
      assertThat(trial.log().wire(1, Direction.PVM_TO_SVM)).isEqualTo(channel);
    }
  }

  @Test
  void aMultifdChannelThatIsThereAlreadyIsRefused() throws Exception {
    byte[] channel = MultifdStreamBuilder.channel(7).bytes();
    try (TapTrial trial = TapTrial.start(folder, LONG)) {
      trial.say(Arrays.copyOf(STREAM, 100));
      trial.arrived();
      trial.say(channel);
      trial.arrived();

      assertThat(endsSoon(trial.say(channel))).isTrue();
      trial.awaitRefusals(1);

      assertThat(trial.refusals()).singleElement().asString().contains("multifd channel 7");
      trial.assertNobodyElseArrived();
    }
  }

  @Test
  void aFurtherConnectionThatTheSecondaryDoesNotTakeCostsOnlyItself() throws Exception {
    try (TapTrial trial = TapTrial.start(folder, LONG)) {
      Socket primary = trial.say(Arrays.copyOf(STREAM, 100));
      Socket arrived = trial.arrived();
      trial.secondary().close();

      assertThat(endsSoon(trial.say(MultifdStreamBuilder.channel(0).bytes()))).isTrue();
      trial.awaitRefusals(1);

      assertThat(trial.refusals()).singleElement().asString().contains("takes no further one");
      trial.finish(primary, arrived, STREAM, 100);
      trial.assertRecorded(STREAM);
    }
  }

  @Test
  void aSilentConnectionOfAPrimaryThatMayGoToPostcopyIsItsPreemptChannel() throws Exception {
    try (TapTrial trial = TapTrial.start(folder, LONG)) {
      Socket preempt = trial.connect();
      trial.say(Arrays.copyOf(POSTCOPY, 100));
      trial.arrived();

      Socket arrived = trial.arrived();
      preempt.getOutputStream().write(SampleStreams.preempt());

      assertThat(arrived.getInputStream().readNBytes(SampleStreams.preempt().length))
          .isEqualTo(SampleStreams.preempt());
    }
  }

  @Test
  void aSilentConnectionOfAnotherProcessIsNotTakenForThePreemptChannel() throws Exception {
    try (TapTrial trial = TapTrial.start(folder)) {
      trial.say(Arrays.copyOf(POSTCOPY, 100));
      trial.arrived();
      Process stray = stray(trial, "sleep 60", List.of());
      try {
        trial.awaitRefusals(1);
        assertThat(trial.refusals().getFirst()).contains("said nothing for long");
        trial.assertNobodyElseArrived();
      } finally {
        stray.destroyForcibly();
      }
    }
  }

  @Test
  void aFurtherChannelOfAnotherProcessIsNoneOfTheMigration() throws Exception {
    try (TapTrial trial = TapTrial.start(folder, LONG)) {
      trial.say(Arrays.copyOf(POSTCOPY, 100));
      trial.arrived();
      Process stray = stray(trial, "printf '\\0\\0\\0\\0\\0\\0\\0\\020' >&3; sleep 60", List.of());
      try {
        trial.awaitRefusals(1);
        assertThat(trial.refusals().getFirst()).contains("not the primary that migrates");
        trial.assertNobodyElseArrived();
      } finally {
        stray.destroyForcibly();
      }
    }
  }

  @Test
  void anotherUsersProcessIsRefusedAndToldHowToLetItIn() throws Exception {
    assumeTrue(isRoot(), "only root can be another user");
    try (TapTrial trial = TapTrial.start(folder, LONG)) {
      Process stray = stray(trial, "printf 'QEVM\\0\\0\\0\\003' >&3; sleep 60", asNobody());
      try {
        trial.awaitRefusals(1);
        assertThat(trial.refusals().getFirst())
            .contains("another user's", "127.0.0.1:", "--allow-uid " + NOBODY);
      } finally {
        stray.destroyForcibly();
      }
      trial.migrate(STREAM);
      trial.assertNobodyElseArrived();
    }
  }

  @Test
  void aUserThatIsAllowedIsLetIn() throws Exception {
    assumeTrue(isRoot(), "only root can be another user");
    try (TapTrial trial = TapTrial.allowing(folder, NOBODY)) {
      Process primary = stray(trial, "printf 'QEVM\\0\\0\\0\\003' >&3; sleep 60", asNobody());
      try {
        assertThat(trial.arrived().getInputStream().readNBytes(4)).isEqualTo(bytes("QEVM"));
      } finally {
        primary.destroyForcibly();
      }
    }
  }

  @Test
  void onAUnixSocketTheOwnerIsLetInAndAnotherUserIsNot() throws Exception {
    Path socket = folder.resolve("in");
    try (TapTrial trial = TapTrial.startUnix(folder, socket)) {
      if (isRoot()) {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rwxrwxrwx"));
        List<String> command = new ArrayList<>(asNobody());
        command.addAll(List.of("perl", "-MSocket", "-e", perl(socket)));
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor(10, TimeUnit.SECONDS))
            .isTrue();
        trial.awaitRefusals(1);
        assertThat(trial.refusals().getFirst()).contains("another user's", "--allow-uid");
      }
      try (SocketChannel primary = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
        primary.write(ByteBuffer.wrap(STREAM));
        primary.shutdownOutput();
        Socket arrived = trial.arrived();
        assertThat(arrived.getInputStream().readAllBytes()).isEqualTo(STREAM);
        arrived.shutdownOutput();
        assertThat(Channels.newInputStream(primary).read()).isEqualTo(-1);
        trial.assertRecorded(STREAM);
      }
    }
  }

  @Test
  void aMigrationInsideOfTlsPassesWithItsFurtherConnections() throws Exception {
    byte[] hello = {22, 3, 1, 2, 0, 1, 0, 1, (byte) 0xfc, 3, 3};
    try (TapTrial trial = TapTrial.start(folder, LONG)) {
      trial.say(hello);
      assertThat(trial.arrived().getInputStream().readNBytes(hello.length)).isEqualTo(hello);
      trial.say(hello);
      assertThat(trial.arrived().getInputStream().readNBytes(hello.length)).isEqualTo(hello);
    }
  }

  @Test
  void aFurtherConnectionThatNeverEndsDoesNotHoldTheTapWhenTheMigrationIsOver() throws Exception {
    try (TapTrial trial = TapTrial.start(folder, LONG)) {
      Socket primary = trial.say(Arrays.copyOf(STREAM, 100));
      Socket arrived = trial.arrived();
      trial.say(MultifdStreamBuilder.channel(0).bytes());
      trial.arrived();

      trial.finish(primary, arrived, STREAM, 100);

      trial.assertRecorded(STREAM);
    }
  }

  @Test
  void aTapWhoseSecondaryDoesNotAnswerTheConnectionCanBeClosed() throws Exception {
    try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      List<Socket> filling = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        filling.add(new Socket(full.getInetAddress(), full.getLocalPort()));
      }
      Tap tap =
          Tap.listen(
              new HostPort("127.0.0.1", 0),
              new HostPort("127.0.0.1", full.getLocalPort()),
              true,
              Admission.OWNER);
      Journaled journaled =
          new Journaled(folder.resolve("journal"), tap.sources()) {
            @Override
            public void problem(ColotapeException problem) {}
          };
      Thread running = Thread.ofPlatform().start(() -> tap.run(journaled));
      try (Socket primary =
          new Socket(InetAddress.getLoopbackAddress(), ((HostPort) tap.address()).port())) {
        primary.getOutputStream().write(STREAM, 0, 100);
        TimeUnit.MILLISECONDS.sleep(300);
        assertThat(running.isAlive()).isTrue();

        tap.close();

        assertThat(running.join(Duration.ofSeconds(3))).isTrue();
      } finally {
        for (Socket socket : filling) {
          socket.close();
        }
      }
    }
  }

  private static boolean endsSoon(Socket socket) {
    try {
      return socket.getInputStream().read() < 0;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(ISO_8859_1);
  }

  private static boolean isRoot() throws IOException {
    return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
  }

  private static List<String> asNobody() {
    return List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups");
  }

  /** Another program that connects, as its file 3. */
  private static Process stray(TapTrial trial, String then, List<String> lead) throws IOException {
    List<String> command = new ArrayList<>(lead);
    command.addAll(
        List.of("bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/" + trial.port() + "; " + then));
    return new ProcessBuilder(command).inheritIO().start();
  }

  private static String perl(Path socket) {
    return "socket(S, PF_UNIX, SOCK_STREAM, 0); connect(S, sockaddr_un('"
        + socket
        + "')) or die $!; syswrite(S, \"QEVM\\0\\0\\0\\3\"); sysread(S, $x, 1)";
  }
}
