package org.colotape.analyzer.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.colotape.analyzer.cli.fixture.Cli;
import org.colotape.analyzer.cli.fixture.TapRun;
import org.colotape.recorder.qemu.Qemu;
import org.colotape.schema.broker.EmbeddedBroker;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Recordings of real QEMUs, played back into other real QEMUs. */
@Timeout(180)
class PlaybackQemuIT {
  private static final Duration A_MINUTE = Duration.ofMinutes(1);
  private static final int CHECKPOINTS = 4;

  @TempDir private static Path home;
  private static EmbeddedBroker broker;

  @TempDir private Path folder;

  private final Cli cli = new Cli(home);

  @BeforeAll
  static void needsQemu() {
    assumeTrue(Qemu.isInstalled(), "qemu-system-x86_64 is not installed");
    assumeTrue(Qemu.hasKvm(), "no kvm here, and QEMU's COLO deadlocks without it");
    broker = EmbeddedBroker.open(home);
  }

  @AfterAll
  static void stopTheBroker() {
    if (broker != null) {
      broker.close();
    }
  }

  @Test
  void aSecondaryThatLoadsARecordedMigrationHasTheMemoryOfThePrimaryAndOfTheReplayer()
      throws Exception {
    byte[] primary = recordMigration();
    try (Qemu again = Qemu.start(folder, "again", true)) {
      int port = listen(again);
      again.keepStopped();

      JsonNode played =
          cli.run("replay", "plain", "--to", "127.0.0.1:" + port, "--json").isFine().json();

      assertThat(played.get("sentBytes").asLong()).isPositive();
      assertThat(again.awaitMigration(A_MINUTE)).isEqualTo("completed");
      assertThat(again.ram()).isEqualTo(primary);
    }
    cli.run("replay", "plain", "--images", folder.resolve("images")).isFine();
    assertThat(Files.readAllBytes(folder.resolve("images/checkpoint-0/svm/ram.raw")))
        .isEqualTo(primary);
  }

  @Test
  void aSecondaryFollowsTheCheckpointsOfARecordedPair() throws Exception {
    recordCheckpoints();
    try (Qemu again = Qemu.start(folder, "again", true)) {
      again.enableColo();
      int port = listen(again);

      JsonNode played =
          cli.run(
                  "replay",
                  "colo",
                  "--to",
                  "127.0.0.1:" + port,
                  "--until",
                  CHECKPOINTS,
                  "--pace",
                  "recorded",
                  "--json")
              .isFine()
              .json();

      assertThat(played.get("lastCheckpoint").asInt()).isEqualTo(CHECKPOINTS);
      // READY, then REPLY, RECEIVED and LOADED of each
      assertThat(played.get("answerBytes").asInt()).isEqualTo(4 + CHECKPOINTS * 12);
    }
    try (Qemu other = Qemu.start(folder, "other", true, 64, 256)) {
      other.enableColo();
      cli.run("replay", "colo", "--to", "127.0.0.1:" + listen(other))
          .hasFailed("the secondary", "event", "checkpoint 0");
    }
  }

  private byte[] recordMigration() throws Exception {
    try (Qemu pvm = Qemu.start(folder, "pvm", false);
        Qemu svm = Qemu.start(folder, "svm", true)) {
      TapRun tap = TapRun.start(home, listen(svm), "--as", "plain");
      Thread.sleep(1000); // the guest dirties memory only once the BIOS has booted it
      pvm.migrateTo(tap.port());
      assertThat(pvm.awaitMigration(A_MINUTE)).isEqualTo("completed");
      tap.end(0);
      return pvm.ram();
    }
  }

  private void recordCheckpoints() throws Exception {
    try (Qemu pvm = Qemu.start(folder, "pvm", false);
        Qemu svm = Qemu.start(folder, "svm", true)) {
      pvm.enableColo();
      svm.enableColo();
      pvm.setCheckpointDelay(Duration.ofMillis(200));
      TapRun tap = TapRun.start(home, listen(svm), "--as", "colo");
      Thread.sleep(1000); // the guest dirties memory only once the BIOS has booted it
      pvm.migrateTo(tap.port());
      while (pvm.pauses().size() < CHECKPOINTS + 3) {
        Thread.sleep(50);
      }
      pvm.kill();
      svm.kill(); // a secondary that lost its primary waits for a failover, its connection open
      tap.end(0);
    }
  }

  private static int listen(Qemu svm) throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    svm.listen(port);
    return port;
  }
}
