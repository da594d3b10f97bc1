package org.colotape.recorder.feed;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.colotape.recorder.fixture.EventLog;
import org.colotape.recorder.fixture.MultifdStreamBuilder;
import org.colotape.recorder.fixture.SampleStreams;
import org.colotape.recorder.qemu.Qemu;
import org.colotape.recorder.qemu.QemuProgram;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.MigrationEnd;
import org.colotape.schema.event.MigrationOutcome;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A migration of real QEMUs through a tap that is attacked before it begins and while it runs. */
class TapAttackQemuIT {
  private static final Duration A_MINUTE = Duration.ofMinutes(1);
  private static final Executor THREADS = task -> Thread.ofPlatform().daemon().start(task);
  private static final int CHANNELS = 3;
  private static final int SLOW = 50_000;
  private static final int IDLE = 400;

  @TempDir private Path folder;

  private final List<Socket> strays = new ArrayList<>();
  private final EventLog log = new EventLog();

  @BeforeEach
  void needsQemu() {
    QemuProgram.installed().assumeThere();
  }

  @Test
  void aMigrationIsConfirmedWhateverElseConnectsBeforeItAndMeanwhile() throws Exception {
    try (Qemu pvm = Qemu.start(QemuProgram.installed(), folder, "pvm", false);
        Qemu svm = Qemu.start(QemuProgram.installed(), folder, "svm", true)) {
      for (Qemu side : List.of(pvm, svm)) {
        side.enable("return-path");
        side.enableMultifd(CHANNELS);
      }
      pvm.set("max-bandwidth", SLOW);
      HostPort secondary = new HostPort("127.0.0.1", svm.listen());
      pvm.awaitGuest();
      try (Tap tap = Tap.listen(new HostPort("127.0.0.1", 0), secondary, false)) {
        Journaled journaled = new Journaled(folder.resolve("journal"), tap.sources());
        CompletableFuture<FeedEnd> published =
            CompletableFuture.supplyAsync(() -> journaled.publish(log), THREADS);
        CompletableFuture<Void> carried =
            CompletableFuture.runAsync(() -> tap.run(journaled), THREADS);
        int port = ((HostPort) tap.address()).port();
        attack(port, false);
        pvm.migrateTo(port);
        awaitBegin(pvm);
        assertThat(attackWhileItRuns(pvm, port)).isPositive();
        pvm.unlimitBandwidth();

        assertThat(pvm.awaitMigration(A_MINUTE)).isEqualTo("completed");

        carried.get(1, TimeUnit.MINUTES);
        FeedEnd end = published.get(1, TimeUnit.MINUTES);
        assertThat(end.complete()).as(end.reason()).isTrue();
        assertThat(journaled.refusals()).anyMatch(line -> line.contains("too many to tell each"));
      } finally {
        for (Socket stray : strays) {
          stray.close();
        }
      }
    }

    MigrationEnd end = log.of(Kind.RECORDING_END).getFirst().getEnd().getMigration();
    assertThat(end.getOutcome()).as(end.getReason()).isEqualTo(MigrationOutcome.CONFIRMED);
    assertThat(log.of(Kind.MULTIFD_START)).hasSize(CHANNELS);
    assertThat(log.events()).noneMatch(event -> event.getKind() == Kind.OPAQUE);
    assertThat(log.events().stream().mapToInt(Event::getChannel).max()).hasValue(CHANNELS);
  }

  /** Number of attacks that began while the migration went on. */
  private int attackWhileItRuns(Qemu pvm, int port) throws Exception {
    int attacks = 0;
    while (attacks < 5 && pvm.awaitMigration(Duration.ofMillis(1)).equals("active")) {
      attacks++;
      try {
        attack(port, true);
      } catch (ConnectException e) {
        // the tap ends with the migration
        assertThat(pvm.awaitMigration(A_MINUTE)).isEqualTo("completed");
      }
    }
    return attacks;
  }

  private void attack(int port, boolean running) throws IOException {
    for (int i = 0; i < 20; i++) {
      connect(port).close();
      Socket reset = connect(port);
      reset.setSoLinger(true, 0);
      reset.close();
    }
    say(port, "GET / HTTP/1.0\r\n\r\n".getBytes(ISO_8859_1));
    say(port, "QEV".getBytes(ISO_8859_1));
    say(port, new byte[] {0x11, 0x22});
    say(port, SampleStreams.preempt());
    if (running) {
      say(port, SampleStreams.colo());
      say(port, MultifdStreamBuilder.channel(1).bytes());
      say(port, SampleStreams.resumed());
    }
    for (int i = 0; i < IDLE; i++) {
      strays.add(connect(port));
    }
  }

  private void say(int port, byte[] bytes) throws IOException {
    Socket socket = connect(port);
    strays.add(socket);
    try {
      socket.getOutputStream().write(bytes);
    } catch (IOException e) {
      // turned away already
    }
  }

  /** Waits until the primary has begun: who says that he is one before is taken for it. */
  private static void awaitBegin(Qemu pvm) throws IOException, InterruptedException {
    while (!pvm.awaitMigration(Duration.ofMillis(100)).equals("active")) {
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  private static Socket connect(int port) throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), port);
  }
}
