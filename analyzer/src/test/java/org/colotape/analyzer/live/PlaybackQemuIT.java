package org.colotape.analyzer.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.colotape.analyzer.cli.fixture.Cli;
import org.colotape.analyzer.cli.fixture.TapRun;
import org.colotape.analyzer.lab.guest.Guest;
import org.colotape.analyzer.lab.guest.Pattern;
import org.colotape.analyzer.lab.machine.Hardware;
import org.colotape.analyzer.lab.machine.Hypervisor;
import org.colotape.analyzer.lab.machine.Machine;
import org.colotape.analyzer.lab.machine.Workplace;
import org.colotape.recorder.qemu.EachQemu;
import org.colotape.recorder.qemu.Qemu;
import org.colotape.recorder.qemu.QemuProgram;
import org.colotape.schema.broker.EmbeddedBroker;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Recordings of real QEMUs, played back into other real QEMUs. */
@Timeout(180)
@EachQemu
class PlaybackQemuIT {
  private static final Duration A_MINUTE = Duration.ofMinutes(1);
  private static final int CHECKPOINTS = 4;

  @TempDir private static Path home;
  private static EmbeddedBroker broker;

  private final QemuProgram program;

  @TempDir private Path folder;

  private final Cli cli = new Cli(home);

  PlaybackQemuIT(QemuProgram program) {
    this.program = program;
  }

  @BeforeAll
  static void startABroker() {
    broker = EmbeddedBroker.open(home);
  }

  @BeforeEach
  void needsQemu() {
    program.assumeThere();
    assumeTrue(Qemu.hasKvm(), "no kvm here, and the COLO of older QEMUs deadlocks without it");
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
    try (Qemu again = Qemu.start(program, folder, "again", true)) {
      int port = again.listen();
      again.keepStopped();

      JsonNode played =
          cli.run("replay", name("plain"), "--to", "127.0.0.1:" + port, "--json").isFine().json();

      assertThat(played.get("sentBytes").asLong()).isPositive();
      assertThat(again.awaitMigration(A_MINUTE)).isEqualTo("completed");
      assertThat(again.ram()).isEqualTo(primary);
    }
    cli.run("replay", name("plain"), "--images", folder.resolve("images")).isFine();
    assertThat(Files.readAllBytes(folder.resolve("images/checkpoint-0/svm/ram.raw")))
        .isEqualTo(primary);
  }

  @Test
  void aSecondaryFollowsTheCheckpointsOfARecordedPair() throws Exception {
    recordCheckpoints();
    try (Qemu again = Qemu.start(program, folder, "again", true)) {
      boolean framed = again.enableColo();
      int port = again.listen();

      JsonNode played =
          cli.run(
                  "replay",
                  name("colo"),
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
      // PONG and SHUT where there is a return path, READY, then REPLY, RECEIVED and LOADED of each
      assertThat(played.get("answerBytes").asInt())
          .isEqualTo((framed ? 8 + 8 : 0) + 4 + CHECKPOINTS * 12);
    }
    try (Qemu other = Qemu.start(program, folder, "other", true, 64, 256)) {
      other.enableColo();
      cli.run("replay", name("colo"), "--to", "127.0.0.1:" + other.listen())
          .hasFailed("the secondary", "event", "checkpoint 0");
    }
  }

  @Test
  void theMemoryOfASecondaryThatFollowedCheckpointsIsThatOfTheReplayer() throws Exception {
    Guest guest = new Guest(Pattern.SEQUENTIAL, Guest.LOWEST, 64, 2);
    cli.run(
            "lab",
            "--qemu",
            program.start(),
            "--as",
            name("slow"),
            "--speed",
            2,
            "--pages",
            64,
            "--ram",
            16,
            "--delay",
            1500,
            "--checkpoints",
            2,
            "--observe",
            "none")
        .isFine();
    for (int checkpoint : List.of(0, 2)) {
      cli.run("replay", name("slow"), "--at", checkpoint, "--images", folder.resolve("slow"))
          .isFine();
    }
    byte[] replayed = Files.readAllBytes(folder.resolve("slow/checkpoint-2/svm/ram.raw"));
    byte[] initial = Files.readAllBytes(folder.resolve("slow/checkpoint-0/svm/ram.raw"));
    assertThat(differing(initial, replayed)).hasSizeGreaterThan(2);

    Path firmware = Files.write(folder.resolve("guest.rom"), guest.firmware());
    Hypervisor qemu = Hypervisor.find(program.start(), List.of(), "kvm", "");
    try (Workplace place = Workplace.in(folder);
        Machine again =
            Machine.start(qemu, place, "again", new Hardware("pc", 16, firmware), true)) {
      again.enable(List.of("x-colo"));
      String address = "unix:" + place.folder().resolve("again.sock");
      again.monitor().execute("migrate-incoming", Map.of("uri", address));
      cli.run("replay", name("slow"), "--to", address, "--until", 2).isFine();

      // its guest runs on, and writes a page each half second
      assertThat(differing(Files.readAllBytes(again.ramFile()), replayed)).hasSizeLessThan(2);
    }
  }

  /** All QEMUs record into one home. */
  private String name(String recording) {
    return recording + "-" + program.version();
  }

  private static List<Integer> differing(byte[] one, byte[] other) {
    assertThat(one).hasSameSizeAs(other);
    return IntStream.range(0, one.length / Guest.PAGE)
        .filter(page -> {
          int from = page * Guest.PAGE;
          int to = from + Guest.PAGE;
          return !Arrays.equals(one, from, to, other, from, to);
        })
        .boxed()
        .toList();
  }

  private byte[] recordMigration() throws Exception {
    try (Qemu pvm = Qemu.start(program, folder, "pvm", false);
        Qemu svm = Qemu.start(program, folder, "svm", true)) {
      TapRun tap = TapRun.start(home, svm.listen(), "--as", name("plain"));
      pvm.awaitGuest();
      pvm.migrateTo(tap.port());
      assertThat(pvm.awaitMigration(A_MINUTE)).isEqualTo("completed");
      tap.end(0);
      return pvm.ram();
    }
  }

  private void recordCheckpoints() throws Exception {
    try (Qemu pvm = Qemu.start(program, folder, "pvm", false);
        Qemu svm = Qemu.start(program, folder, "svm", true)) {
      pvm.enableColo();
      svm.enableColo();
      pvm.setCheckpointDelay(Duration.ofMillis(200));
      TapRun tap = TapRun.start(home, svm.listen(), "--as", name("colo"));
      pvm.awaitGuest();
      pvm.migrateTo(tap.port());
      while (pvm.pauses().size() < CHECKPOINTS + 3) {
        Thread.sleep(50);
      }
      pvm.kill();
      svm.kill(); // a secondary that lost its primary waits for a failover, its connection open
      tap.end(0);
    }
  }
}
