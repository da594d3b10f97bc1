package org.colotape.analyzer.captures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.colotape.analyzer.captures.Capture.Image;
import org.colotape.analyzer.cli.fixture.Cli;
import org.colotape.analyzer.cli.fixture.Result;
import org.colotape.analyzer.cli.fixture.TapRun;
import org.colotape.recorder.qemu.Qemu;
import org.colotape.recorder.qemu.QemuProgram;
import org.colotape.schema.broker.EmbeddedBroker;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.io.TempDirFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Captures from other machines, played into real QEMUs of the version that they came from. */
@Timeout(120)
class CapturePlaybackQemuIT {
  private static final Duration A_MINUTE = Duration.ofMinutes(1);
  private static final int PAGE = 4096;

  /** The page into which a host writes the clock of its kvm guest. */
  private static final int CLOCK_PAGE = 0xe8000 / PAGE;

  /** How kvm refuses state of another model of processor. */
  private static final Pattern OTHER_PROCESSOR =
      Pattern.compile("failed to set MSR|Failed to set XSAVE");

  private static final String OTHER =
      "the processor here can't go on where the captured one stopped";

  @TempDir private static Path home;
  private static @Nullable EmbeddedBroker broker;

  @TempDir(factory = SharedMemory.class)
  private Path folder;

  private final Cli cli = new Cli(home);

  /** Where a machine's memory can be: QEMU's postcopy takes no file of a disk. */
  static final class SharedMemory implements TempDirFactory {
    @Override
    public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext extension)
        throws IOException {
      return Files.createTempDirectory(Path.of("/dev/shm"), "colotape-playback-");
    }
  }

  @BeforeAll
  static void startABroker() {
    broker = EmbeddedBroker.open(home);
  }

  @AfterAll
  static void stopTheBroker() {
    if (broker != null) {
      broker.close();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "7.2-precopy-exec",
        "7.2-precopy-kvm",
        "7.2-xbzrle",
        "7.2-compress",
        "7.2-multifd-none",
        "7.2-postcopy",
        "10.0-precopy-kvm",
        "10.0-multifd-zstd",
        "11.1-precopy-kvm",
        "11.1-precopy-rp",
        "11.1-multifd-zstd",
        "11.1-postcopy-multifd"
      })
  void aSecondaryThatLoadsACapturedMigrationHasTheMemoryThatTheReplayerRebuilds(String name)
      throws Exception {
    Capture capture = Capture.named(name);
    record(capture, name);
    cli.run("replay", name, "--images", folder.resolve("images")).isFine();
    byte[] replayed = Files.readAllBytes(folder.resolve("images/checkpoint-0/svm/ram.raw"));

    try (Qemu secondary = start(capture, "qemu64")) {
      int port = secondary.listen();
      boolean goesOn = play(secondary, name, port) && completes(secondary);
      boolean postcopy = capture.fact("capabilities").path("postcopy-ram").asBoolean();
      // what a processor refuses comes behind all memory, but not behind what postcopy brings
      assumeTrue(goesOn || !postcopy, OTHER);
      assertThat(differing(secondary.ram(), replayed, capture).isEmpty()).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "7.2-colo-quiet-tcg,7,true",
    "7.2-colo-verify,6,false",
    "7.2-colo-verify-kvm,6,false",
    "7.2-colo-xbzrle,5,false",
    "10.0-colo-quiet-kvm,6,true",
    "10.0-colo-verify-kvm,6,false",
    "10.0-colo-xbzrle,5,false",
    "10.0-colo-oldmachine,5,false",
    "11.1-colo-verify-tcg,20,false",
    "11.1-colo-quiet-kvm,20,true",
    "11.1-colo-verify-kvm,6,false",
    "11.1-colo-verify-xbzrle,5,false",
    "11.1-colo-verify-multifd,5,false",
    "11.1-colo-nodesc-kvm,4,false"
  })
  void theCacheOfASecondaryThatFollowsCapturedCheckpointsIsTheOneOfTheReplayer(
      String name, int until, boolean quiet) throws Exception {
    Capture capture = Capture.named(name);
    record(capture, name);
    String again = name + "-again";

    try (Qemu secondary = start(capture, "qemu64,-kvmclock")) {
      int port = secondary.listen();
      TapRun tap =
          TapRun.start(home, port, "--as", again, "--observe-cache", "pid:" + secondary.pid());
      assumeTrue(play(secondary, name, tap.port(), "--until", until), OTHER);
      if (quiet) {
        // its guest does nothing by itself
        Image last = capture.images().getLast();
        assertThat(last.checkpoint()).isEqualTo(until);
        byte[] primary = last.bytes().toArray(ValueLayout.JAVA_BYTE);
        assertThat(differing(secondary.ram(), primary, capture).isEmpty()).isTrue();
      }
      secondary.kill();
      tap.rest(0);
    }

    String summary = cli.run("analyze", again, "--json").isFine().json().get("summary").asText();
    // where no page came, as between two commands to an idle guest, there is nothing to observe
    assertThat(summary).startsWith("in step: ").contains("cache observed at 1", ".." + until + ")");
  }

  /** False if the secondary ends because its processor can't be the captured one. */
  private static boolean completes(Qemu secondary) throws Exception {
    try {
      assertThat(secondary.awaitMigration(A_MINUTE)).isEqualTo("completed");
      return true;
    } catch (IOException e) {
      if (OTHER_PROCESSOR.matcher(secondary.log()).find()) {
        return false;
      }
      throw e;
    }
  }

  /** False if the secondary loads all memory, and its processor can't be the captured one. */
  private boolean play(Qemu secondary, String name, int port, Object... options)
      throws IOException {
    List<Object> line = new ArrayList<>(List.of("replay", name, "--to", "127.0.0.1:" + port));
    line.addAll(List.of(options));
    Result result = cli.run(line.toArray());
    if (OTHER_PROCESSOR.matcher(secondary.log()).find()) {
      return false;
    }
    result.isFine();
    return true;
  }

  private void record(Capture capture, String name) {
    List<Object> line = new ArrayList<>(List.of("record", "--as", name));
    line.addAll(capture.recordOptions());
    cli.run(line.toArray()).isFine();
  }

  /**
   * A secondary of the captured version and kind.
   *
   * @param model what the captured processor was under kvm
   */
  private Qemu start(Capture capture, String model) throws Exception {
    boolean kvm = capture.fact("accelerator").asText().equals("kvm");
    assumeTrue(!kvm || Qemu.hasKvm(), "no kvm here");
    List<String> processor =
        kvm ? List.of("-accel", "kvm", "-cpu", model) : List.of("-accel", "tcg");
    Qemu secondary =
        Qemu.secondary(
            QemuProgram.ofVersion(
                capture.fact("qemu").asText().replaceFirst("^(\\d+\\.\\d+).*", "$1")),
            folder,
            processor,
            capture.fact("machine").asText(),
            capture.fact("ram_mib").asInt());
    secondary.enable(
        capture.fact("capabilities").properties().stream()
            .filter(capability -> capability.getValue().asBoolean())
            .map(Map.Entry::getKey)
            .toArray(String[]::new));
    for (String name : List.of("multifd-channels", "multifd-compression")) {
      JsonNode value = capture.fact("parameters").path(name);
      if (!value.isMissingNode()) {
        secondary.set(name, value.isInt() ? value.asInt() : value.asText());
      }
    }
    return secondary;
  }

  /** Pages that differ; under kvm the host may have written one of them. */
  private static BitSet differing(byte[] one, byte[] other, Capture capture) {
    BitSet differing =
        new Image(0, Qemu.RAM_BLOCK, MemorySegment.ofArray(one))
            .differingFrom(new Image(0, Qemu.RAM_BLOCK, MemorySegment.ofArray(other)), PAGE);
    if (capture.fact("accelerator").asText().equals("kvm")) {
      differing.clear(CLOCK_PAGE);
    }
    return differing;
  }
}
