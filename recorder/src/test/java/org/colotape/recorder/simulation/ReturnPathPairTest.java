package org.colotape.recorder.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.colotape.recorder.simulation.Packets.Head;
import org.colotape.recorder.simulation.Packets.Place;
import org.colotape.recorder.simulation.SimulationSettings.Feature;
import org.colotape.recorder.simulation.SimulationSettings.Protocol;
import org.colotape.recorder.simulation.SimulationTruth.WrongPage;
import org.colotape.recorder.simulation.guest.GuestBlock;
import org.colotape.recorder.simulation.guest.GuestPage;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.event.Direction;
import org.colotape.schema.event.Memory;
import org.colotape.schema.event.Observation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** What QEMU 11.1 says on the wire: WIRE-11.1 in the shared folder, sections 11 to 13. */
class ReturnPathPairTest {
  private static final int CHECKPOINTS = 4;
  private static final String MULTIFD_FLUSH = "0000000000000200";

  @Test
  void thePrimaryOpensAReturnPathAndNobodyEnablesColo() {
    Wire wire = Wire.of(small().build());

    String machine = HexFormat.of().formatHex("pc-i440fx-11.1".getBytes(StandardCharsets.US_ASCII));
    assertThat(wire.main())
        .startsWith(
            "5145564d00000003"
                + "070000000e"
                + machine
                + "0800010000"
                + "0800020004"
                + "00000001"
                + "01");
    assertThat(wire.main()).doesNotContain("0800080000");
  }

  @Test
  void theSecondaryFramesItsWordsUpToShutAndNotBehindIt() {
    Wire wire = Wire.of(small().build());

    assertThat(wire.back())
        .isEqualTo(
            "0002000400000001"
                + "0001000400000000"
                + "00000000"
                + "000000020000000500000006".repeat(CHECKPOINTS));
  }

  @Test
  void aCheckpointHasNoSwitchoverStart() {
    Wire wire = Wire.of(small().build());

    String checkpoint = wire.main().substring(wire.main().lastIndexOf("7d0000000100000003"));
    assertThat(checkpoint).startsWith("7d" + "00000001" + "00000003" + "03" + "00000002");
    assertThat(wire.main().split("08000b0000", -1)).hasSize(2);
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource(mode = Mode.MATCH_ALL, names = "MULTIFD.*")
  void theEpochsOfTheFlushWordsAreTheMemoryAtEachCheckpoint(Feature feature) {
    Epochs epochs = new Epochs(small().feature(feature).checkpoints(9).build());

    assertThat(epochs.words).hasSize(10);
    List<Integer> perCheckpoint =
        IntStream.range(1, 10)
            .mapToObj(i -> epochs.words.get(i) - epochs.words.get(i - 1))
            .toList();
    assertThat(perCheckpoint).containsOnly(2);
  }

  @Test
  void aCheckpointWithoutPagesIsOneEpoch() {
    Epochs epochs = new Epochs(small().feature(Feature.MULTIFD).dirtyPages(0).build());

    for (int i = 1; i <= CHECKPOINTS; i++) {
      assertThat(epochs.words.get(i) - epochs.words.get(i - 1)).isEqualTo(1);
    }
  }

  @Test
  void someCheckpointsHavePagesInBothEpochs() {
    Wire wire = Wire.of(small().feature(Feature.MULTIFD).checkpoints(20).dirtyPages(300).build());

    List<Map<Place, byte[]>> one = Packets.of(wire.bytes(1)).epochs();
    List<Map<Place, byte[]>> other = Packets.of(wire.bytes(2)).epochs();
    long split =
        IntStream.range(one.size() - 1 - 2 * 20, one.size() - 1)
            .filter(i -> (one.size() - 1 - i) % 2 == 0)
            .filter(i -> !one.get(i).isEmpty() || !other.get(i).isEmpty())
            .count();
    assertThat(split).isBetween(1L, 10L);
  }

  @Test
  void aFlushWordMayComeBeforeItsSyncPacketsOrBehindThem() {
    List<Boolean> wordWasFirst = new ArrayList<>();

    Simulation.run(
        small().feature(Feature.MULTIFD).build(),
        new Wire() {
          @Override
          public void sent(int channel, Direction direction, ByteBuffer bytes) {
            super.sent(channel, direction, bytes);
            List<Map<Place, byte[]>> epochs =
                channel == 1 ? Packets.of(bytes(1)).epochs() : List.of(Map.of());
            int syncs = epochs.size() - 1;
            if (syncs > 0 && epochs.getLast().isEmpty()) {
              int words = main().split(MULTIFD_FLUSH, -1).length - 1;
              wordWasFirst.add(words >= syncs);
            }
          }
        });

    assertThat(wordWasFirst).contains(true, false);
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource(mode = Mode.MATCH_ALL, names = "MULTIFD.*")
  void aSyncPacketHasNoRoomForPagesAndNamesNoMethod(Feature feature) {
    Wire wire = Wire.of(small().feature(feature).build());

    int method = feature == Feature.MULTIFD ? 0 : feature == Feature.MULTIFD_ZLIB ? 2 : 4;
    List<Head> all = new ArrayList<>();
    for (int channel = 1; channel <= 2; channel++) {
      all.addAll(Packets.of(wire.bytes(channel)).heads());
    }
    assertThat(all)
        .allSatisfy(head -> {
          assertThat(head.flags()).isEqualTo(head.isSync() ? 1 : method);
          assertThat(head.room()).isEqualTo(head.isSync() ? 0 : 128);
        });
    assertThat(all).anyMatch(head -> head.zero() > 0).anyMatch(head -> head.normal() > 0);
    assertThat(all)
        .extracting(Head::number)
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(0, all.size()).mapToObj(Long::valueOf).toList());
  }

  @Test
  void aRefusedLoadIsSaidInAFrameAndNothingFollows() {
    Wire wire = Wire.of(small().bug(Bug.LOAD_REFUSED).build());

    assertThat(wire.back()).isEqualTo("0002000400000001" + "0001000400000001");
    assertThat(wire.main()).endsWith("7d");
    assertThat(wire.complete).isFalse();
    assertThat(wire.observations).isEmpty();
    assertThat(wire.truth.checkpoints())
        .singleElement()
        .satisfies(told -> {
          assertThat(told.checkpoint()).isZero();
          assertThat(told.protocol()).isTrue();
          assertThat(told.pages()).isEmpty();
        });
  }

  @Test
  void firmwareThrownBackIsWrongInTheSvmAloneAtEachCheckpoint() {
    SimulationSettings settings = small().blocks(3).dirtyPages(0).bug(Bug.FIRMWARE_RESET).build();

    Lived pair = Lived.of(settings);

    assertThat(pair.wrong().get(0)).isEmpty();
    for (int i = 1; i <= CHECKPOINTS; i++) {
      assertThat(pair.wrong().get(i))
          .extracting(WrongPage::memories)
          .containsOnly(List.of(Memory.SVM));
      assertThat(pair.wrong().get(i))
          .extracting(page -> page.block() + "+" + page.offset())
          .containsExactly(
              "/rom@etc/acpi/tables+0",
              "/rom@etc/acpi/tables+4096",
              "/rom@etc/acpi/tables+8192",
              "/rom@etc/table-loader+4096",
              "/rom@etc/table-loader+8192");
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatWasLostSinceTheMigrationIsWrongUntilItIsWrittenAgain(Protocol protocol) {
    Lived pair =
        Lived.of(small().protocol(protocol).bug(Bug.LOST_SINCE_MIGRATION).dirtyPages(60).build());

    assertThat(pair.wrong().get(0)).isEmpty();
    assertThat(pair.wrong().get(1))
        .hasSizeGreaterThan(30)
        .allSatisfy(page -> assertThat(page.memories()).contains(Memory.CACHE));
    for (int i = 2; i <= CHECKPOINTS; i++) {
      assertThat(pair.wrong().get(i - 1)).containsAll(pair.wrong().get(i));
    }
    assertThat(pair.wrong().get(CHECKPOINTS))
        .isNotEmpty()
        .hasSizeLessThan(pair.wrong().getOrDefault(1, List.of()).size());
  }

  @Test
  void whatAProtocolNeverHadIsRefused() {
    for (Feature gone : List.of(Feature.COMPRESS, Feature.FILL)) {
      assertThatThrownBy(() -> small().feature(gone).build())
          .isInstanceOf(ColotapeException.class)
          .hasMessageContaining("return-path");
    }
    for (Bug old : List.of(Bug.COLO_13, Bug.COLO_37, Bug.COLO_40)) {
      assertThatThrownBy(() -> small().bug(old).build()).hasMessageContaining("enable-colo");
    }
    SimulationSettings.Builder older =
        small().protocol(Protocol.ENABLE_COLO).bug(Bug.FIRMWARE_RESET);
    assertThatThrownBy(older::build).hasMessageContaining("return-path");
  }

  @Test
  void aBugBringsItsProtocol() {
    SimulationSettings.Builder settings = SimulationSettings.builder();

    assertThat(settings.build().protocol()).isEqualTo(Protocol.ENABLE_COLO);
    assertThat(settings.bug(Bug.LOAD_REFUSED).build().protocol()).isEqualTo(Protocol.RETURN_PATH);
  }

  private static SimulationSettings.Builder small() {
    return SimulationSettings.builder()
        .protocol(Protocol.RETURN_PATH)
        .ram(1 << 20)
        .usedPages(60)
        .dirtyPages(30)
        .checkpoints(CHECKPOINTS);
  }

  /** All that a pair sends. */
  private static class Wire implements PairOutput {
    final Map<String, ByteArrayOutputStream> lanes = new HashMap<>();
    final List<Observation> observations = new ArrayList<>();
    SimulationTruth truth = new SimulationTruth(null, null, "", 0, List.of());
    boolean complete;

    static Wire of(SimulationSettings settings) {
      Wire wire = new Wire();
      wire.truth = Simulation.run(settings, wire);
      return wire;
    }

    /** Bytes of a channel, PVM to SVM. */
    byte[] bytes(int channel) {
      return lane(channel, Direction.PVM_TO_SVM).toByteArray();
    }

    String main() {
      return HexFormat.of().formatHex(bytes(0));
    }

    String back() {
      return HexFormat.of().formatHex(lane(0, Direction.SVM_TO_PVM).toByteArray());
    }

    private ByteArrayOutputStream lane(int channel, Direction direction) {
      return lanes.computeIfAbsent(Tap.lane(channel, direction), _ -> new ByteArrayOutputStream());
    }

    @Override
    public void sent(int channel, Direction direction, ByteBuffer bytes) {
      byte[] copy = new byte[bytes.remaining()];
      bytes.get(copy);
      lane(channel, direction).writeBytes(copy);
    }

    @Override
    public void observed(Observation observation) {
      observations.add(observation);
    }

    @Override
    public void passed(long nanoseconds) {}

    @Override
    public void ended(boolean whole, String reason) {
      complete = whole;
    }
  }

  /** Compares, at each checkpoint, the PVM with the epochs that main's words have ended. */
  private static final class Epochs extends Wire {
    /** By checkpoint: number of FLUSH words so far. */
    final List<Integer> words = new ArrayList<>();

    private final List<GuestBlock> blocks;

    Epochs(SimulationSettings settings) {
      blocks = settings.blocks();
      Simulation.run(settings, this);
    }

    @Override
    public void sealed(int checkpoint, PairMemories memories) {
      int ended = main().split(MULTIFD_FLUSH, -1).length - 1;
      words.add(ended);
      Map<Place, byte[]> pages = new HashMap<>();
      List<List<Map<Place, byte[]>>> channels =
          List.of(Packets.of(bytes(1)).epochs(), Packets.of(bytes(2)).epochs());
      channels.forEach(epochs -> {
        assertThat(epochs).hasSize(ended + 1);
        assertThat(epochs.getLast()).isEmpty();
      });
      for (int epoch = 0; epoch < ended; epoch++) {
        for (List<Map<Place, byte[]>> epochs : channels) {
          pages.putAll(epochs.get(epoch));
        }
      }
      for (int block = 0; block < blocks.size(); block++) {
        for (int i = 0; i < blocks.get(block).pages(); i++) {
          GuestPage page = new GuestPage(block, i);
          byte[] sent = pages.get(new Place(blocks.get(block).name(), page.offset()));
          assertThat(memories.read(Memory.PVM, page).asByteBuffer())
              .isEqualTo(ByteBuffer.wrap(sent));
        }
      }
    }
  }
}
