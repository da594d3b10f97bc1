package org.colotape.recorder.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.colotape.recorder.fixture.EventLog;
import org.colotape.recorder.simulation.SimulationSettings.Feature;
import org.colotape.recorder.simulation.SimulationSettings.Protocol;
import org.colotape.recorder.simulation.SimulationTruth.WrongCheckpoint;
import org.colotape.recorder.simulation.guest.WritePattern;
import org.colotape.schema.event.CheckpointSeal;
import org.colotape.schema.event.Direction;
import org.colotape.schema.event.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SimulationTest {
  private static final int CHECKPOINTS = 4;

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("patternsAndProtocols")
  void theMemoriesOfAHealthyPairAgreeAtEachCheckpoint(WritePattern pattern, Protocol protocol) {
    for (Feature feature : features(protocol)) {
      Lived pair = Lived.of(small().pattern(pattern).protocol(protocol).feature(feature).build());

      assertThat(pair.wrong())
          .hasSize(CHECKPOINTS + 1)
          .allSatisfy((_, pages) -> assertThat(pages).isEmpty());
      assertThat(pair.damage().checkpoints()).isEmpty();
    }
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("bugsAndProtocols")
  void theTruthOfABugIsWhatTheMemoriesAreAtEachWholeCheckpoint(Bug bug, Protocol protocol) {
    List<Feature> features =
        protocol == Protocol.ENABLE_COLO
            ? List.of(Feature.FILL, Feature.XBZRLE, Feature.MULTIFD)
            : List.of(Feature.MULTIFD, Feature.XBZRLE, Feature.MULTIFD_ZSTD);
    for (int seed = 0; seed < 3; seed++) {
      SimulationSettings.Builder settings = small().protocol(protocol).bug(bug).seed(seed);
      if (bug.features().isEmpty()) {
        settings.feature(features.get(seed));
      }
      Lived pair = Lived.of(settings.build());

      List<WrongCheckpoint> truth = pair.damage().checkpoints();
      assertThat(truth).as("seed %d", seed).isNotEmpty();
      boolean early = bug == Bug.FLUSHED_TOO_EARLY;
      pair.wrong()
          .forEach((checkpoint, pages) ->
              assertThat(early ? List.of() : told(truth, checkpoint))
                  .as("seed %d, checkpoint %d", pair.settings().seed(), checkpoint)
                  .isEqualTo(pages));
    }
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("bugsAndProtocols")
  void aBugShowsAtTheCheckpointFromWhichItIsThere(Bug bug, Protocol protocol) {
    for (int from = 1; from < CHECKPOINTS; from++) {
      Lived pair =
          Lived.of(
              small().pattern(WritePattern.IDLE).protocol(protocol).bug(bug).bugFrom(from).build());

      int first = pair.damage().checkpoints().getFirst().checkpoint();
      boolean initial =
          switch (bug) {
            case COLO_01, COLO_13, COLO_39, COLO_40, COLO_41 -> true;
            case NEVER_SENT, NOT_IN_CACHE, LOAD_REFUSED -> true;
            default -> false;
          };
      int shows =
          switch (bug) {
            case COLO_02, COLO_04, COLO_05, COLO_16, LOST_SINCE_MIGRATION -> 1;
            case COLO_21 -> from + 1;
            default -> from;
          };
      assertThat(first).as("from checkpoint %d", from).isEqualTo(initial ? 0 : shows);
    }
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("protocolsAndFeatures")
  void theRecordingOfAPairHoldsAllItSentAndNothingThatCannotBeParsed(
      Protocol protocol, Feature feature) {
    EventLog log = new EventLog();

    SimulationTruth truth =
        Simulation.record(small().protocol(protocol).feature(feature).build(), "pair", log);

    assertThat(truth.checkpoints()).isEmpty();
    assertThat(log.of(Kind.OPAQUE)).isEmpty();
    assertThat(log.seals()).hasSize(CHECKPOINTS + 1).allMatch(CheckpointSeal::getComplete);
    assertThat(log.isSealed()).isTrue();
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("bugsAndProtocols")
  void theRecordingOfABugHoldsEveryByteThatThePairSent(Bug bug, Protocol protocol) {
    SimulationSettings settings = small().protocol(protocol).bug(bug).seed(5).build();
    Map<String, ByteArrayOutputStream> sent = new HashMap<>();
    EventLog log = new EventLog();

    Simulation.run(
        settings,
        new Tap((lane, bytes) ->
            sent.computeIfAbsent(lane, _ -> new ByteArrayOutputStream()).writeBytes(bytes)));
    Simulation.record(settings, "pair", log);

    assertThat(sent).containsKeys(Tap.lane(0, Direction.PVM_TO_SVM));
    for (Direction direction : List.of(Direction.PVM_TO_SVM, Direction.SVM_TO_PVM)) {
      for (int channel = 0; channel < 3; channel++) {
        byte[] bytes =
            sent.getOrDefault(Tap.lane(channel, direction), new ByteArrayOutputStream())
                .toByteArray();
        assertThat(log.wire(channel, direction)).isEqualTo(bytes);
      }
    }
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("bugsAndProtocols")
  void needlessWorkShowsInWhatIsSentAndObserved(Bug bug, Protocol protocol) {
    for (long seed = 1; seed <= 2; seed++) {
      EventLog log = new EventLog();

      SimulationTruth truth =
          Simulation.record(small().protocol(protocol).bug(bug).seed(seed).build(), "pair", log);

      for (WrongCheckpoint told : truth.checkpoints()) {
        if (told.pages().isEmpty() && !told.protocol()) {
          assertThat(told.needlesslyFlushed() + told.needlesslySent()).isPositive();
        }
      }
      assertThat(FlushWork.of(log.events()).needless())
          .as("seed %d", seed)
          .isEqualTo(
              truth.checkpoints().stream()
                  .filter(told -> told.needlesslyFlushed() > 0)
                  .collect(
                      Collectors.toMap(
                          WrongCheckpoint::checkpoint, WrongCheckpoint::needlesslyFlushed)));
    }
  }

  @ParameterizedTest(name = "{0}, {1}, {2}")
  @CsvSource({
    "ENABLE_COLO, READY@0, FILL",
    "ENABLE_COLO, REQUEST@2, FILL",
    "ENABLE_COLO, REPLY@2, FILL",
    "ENABLE_COLO, SEND@2, FILL",
    "ENABLE_COLO, SEND@2, MULTIFD",
    "ENABLE_COLO, SIZE@2, FILL",
    "ENABLE_COLO, RECEIVED@2, FILL",
    "ENABLE_COLO, LOADED@2, MULTIFD",
    "RETURN_PATH, READY@0, XBZRLE",
    "RETURN_PATH, REQUEST@2, XBZRLE",
    "RETURN_PATH, REPLY@2, XBZRLE",
    "RETURN_PATH, SEND@2, XBZRLE",
    "RETURN_PATH, SEND@2, MULTIFD",
    "RETURN_PATH, SIZE@2, XBZRLE",
    "RETURN_PATH, RECEIVED@2, XBZRLE",
    "RETURN_PATH, LOADED@2, MULTIFD"
  })
  void aFailoverEndsTheRecordingBehindItsMessage(Protocol protocol, String text, Feature feature) {
    ConnectionLoss failover = ConnectionLoss.parse(text);
    EventLog log = new EventLog();

    SimulationTruth truth =
        Simulation.record(
            small().protocol(protocol).failover(failover).feature(feature).build(), "pair", log);

    assertThat(truth.checkpoints()).isEmpty();
    assertThat(log.messages().getLast()).isEqualTo(failover.message());
    assertThat(log.seals()).hasSize(failover.checkpoint() + 1);
    assertThat(log.events().getLast().getEnd().getComplete()).isFalse();
    boolean whole =
        switch (failover.message()) {
          case CHECKPOINT_READY, VMSTATE_RECEIVED, VMSTATE_LOADED -> true;
          default -> false;
        };
    assertThat(log.seals().getLast().getComplete()).isEqualTo(whole);
  }

  @Test
  void theWorkOfACheckpointFollowsTheDirtAndNotTheRam() {
    List<Long> costs = new ArrayList<>();
    for (long ram : List.of(16L << 20, 512L << 20)) {
      EventLog log = new EventLog();
      Simulation.record(
          SimulationSettings.builder().ram(ram).dirtyPages(50).checkpoints(2).build(), "pair", log);
      costs.add(log.events().stream().filter(event -> event.getCheckpoint() == 2).count());
    }
    assertThat(costs.getLast()).isLessThan(2 * costs.getFirst());
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("protocolsAndFeatures")
  void theSameSettingsGiveTheSameEvents(Protocol protocol, Feature feature) {
    EventLog one = new EventLog();
    EventLog other = new EventLog();
    SimulationSettings settings =
        small().protocol(protocol).feature(feature).bug(Bug.COLO_26).build();

    SimulationTruth first = Simulation.record(settings, "pair", one);
    SimulationTruth second = Simulation.record(settings, "pair", other);

    assertThat(second).isEqualTo(first);
    assertThat(other.events()).isEqualTo(one.events());
  }

  private static List<?> told(List<WrongCheckpoint> truth, int checkpoint) {
    return truth.stream()
        .filter(told -> told.checkpoint() == checkpoint)
        .findFirst()
        .map(WrongCheckpoint::pages)
        .orElse(List.of());
  }

  private static SimulationSettings.Builder small() {
    return SimulationSettings.builder()
        .ram(1 << 20)
        .usedPages(60)
        .dirtyPages(30)
        .checkpoints(CHECKPOINTS);
  }

  /** The ways to send pages that QEMU has with a protocol. */
  private static List<Feature> features(Protocol protocol) {
    return protocol == Protocol.ENABLE_COLO
        ? List.of(Feature.values())
        : List.of(Feature.XBZRLE, Feature.MULTIFD, Feature.MULTIFD_ZLIB, Feature.MULTIFD_ZSTD);
  }

  static Stream<Arguments> patternsAndProtocols() {
    return Stream.of(Protocol.values())
        .flatMap(protocol ->
            Stream.of(WritePattern.values()).map(pattern -> Arguments.of(pattern, protocol)));
  }

  static Stream<Arguments> bugsAndProtocols() {
    return Stream.of(Bug.values())
        .flatMap(bug -> bug.protocols().stream().map(protocol -> Arguments.of(bug, protocol)));
  }

  static Stream<Arguments> protocolsAndFeatures() {
    return Stream.of(Protocol.values())
        .flatMap(protocol ->
            features(protocol).stream().map(feature -> Arguments.of(protocol, feature)));
  }
}
