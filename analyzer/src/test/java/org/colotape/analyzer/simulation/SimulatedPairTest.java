package org.colotape.analyzer.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.colotape.analyzer.conformance.Conformance;
import org.colotape.analyzer.conformance.Finding;
import org.colotape.analyzer.conformance.Severity;
import org.colotape.analyzer.diff.BlockComparison;
import org.colotape.analyzer.verdict.Analysis;
import org.colotape.analyzer.verdict.AnalysisSettings;
import org.colotape.analyzer.verdict.CheckpointVerdict.Compared;
import org.colotape.analyzer.verdict.Doubt;
import org.colotape.analyzer.verdict.Outcome;
import org.colotape.analyzer.verdict.RecordingVerdict;
import org.colotape.recorder.fixture.EventLog;
import org.colotape.recorder.simulation.Bug;
import org.colotape.recorder.simulation.ConnectionLoss;
import org.colotape.recorder.simulation.FaultClass;
import org.colotape.recorder.simulation.PairMemories;
import org.colotape.recorder.simulation.PairOutput;
import org.colotape.recorder.simulation.Simulation;
import org.colotape.recorder.simulation.SimulationSettings;
import org.colotape.recorder.simulation.SimulationSettings.Feature;
import org.colotape.recorder.simulation.SimulationSettings.Protocol;
import org.colotape.recorder.simulation.SimulationTruth;
import org.colotape.recorder.simulation.SimulationTruth.WrongPage;
import org.colotape.recorder.simulation.guest.GuestBlock;
import org.colotape.recorder.simulation.guest.GuestPage;
import org.colotape.recorder.simulation.guest.WritePattern;
import org.colotape.replayer.fixture.EventList;
import org.colotape.replayer.memory.GuestMemory;
import org.colotape.replayer.memory.ScratchSpace;
import org.colotape.replayer.replay.CheckpointReached;
import org.colotape.replayer.replay.Replay;
import org.colotape.replayer.replay.ReplaySettings;
import org.colotape.replayer.rules.RuleSet;
import org.colotape.schema.event.Direction;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Memory;
import org.colotape.schema.event.Observation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class SimulatedPairTest {
  private static final int CHECKPOINTS = 3;

  @TempDir Path scratch;

  @ParameterizedTest(name = "{0}, {1}, {2}, seed {3}")
  @MethodSource("healthyPairs")
  void aHealthyPairBreaksNoRuleAndIsInStep(
      Protocol protocol, WritePattern pattern, Set<Feature> features, long seed) {
    SimulationSettings settings = healthy(protocol, pattern, features, seed);
    EventLog log = new EventLog();

    Simulation.record(settings, "pair", log);

    assertThat(findings(log.events())).isEmpty();
    RecordingVerdict verdict = analyze(log.events());
    assertThat(verdict.outcome()).isEqualTo(Outcome.IN_STEP);
    assertThat(verdict.remarks()).isEmpty();
    assertThat(verdict.compared()).hasSize(CHECKPOINTS + 1);
    assertThat(verdict.observed()).isTrue();
  }

  @ParameterizedTest(name = "{0}, {1}, {2}, seed {3}")
  @MethodSource("healthyPairs")
  void aReplayRebuildsAllMemoriesOfAHealthyPair(
      Protocol protocol, WritePattern pattern, Set<Feature> features, long seed) {
    SimulationSettings settings = healthy(protocol, pattern, features, seed);
    EventLog log = new EventLog();
    Simulation.record(settings, "pair", log);
    Map<Integer, Map<Memory, byte[]>> memories = memories(settings);

    try (Replay replay =
        new Replay(
            new EventList(log.events()),
            ReplaySettings.of(RuleSet.QEMU, ScratchSpace.preferMemory(scratch)),
            _ -> {})) {
      for (int i = 0; i <= CHECKPOINTS; i++) {
        CheckpointReached reached = Objects.requireNonNull(replay.next());
        Map<Memory, byte[]> expected = Objects.requireNonNull(memories.get(reached.checkpoint()));
        assertThat(replayed(replay.cache(), settings)).isEqualTo(expected.get(Memory.PVM));
        assertThat(replayed(replay.cache(), settings)).isEqualTo(expected.get(Memory.CACHE));
        assertThat(replayed(replay.svm(), settings)).isEqualTo(expected.get(Memory.SVM));
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource
  void whatTheGuestOfTheSvmWritesBehindTheFlushIsNoDivergence(Protocol protocol) {
    EventLog log = new EventLog();

    Simulation.record(small().protocol(protocol).lateWrites(20).build(), "pair", log);

    RecordingVerdict verdict = analyze(log.events());
    assertThat(verdict.outcome()).isEqualTo(Outcome.IN_STEP);
    assertThat(verdict.remarks()).isEmpty();
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("failovers")
  void aHealthyPairAgreesUpToItsFailoverBehindWhichNothingIsDecided(
      Protocol protocol, String failover) {
    EventLog log = new EventLog();

    Simulation.record(
        small().protocol(protocol).lateWrites(5).failover(ConnectionLoss.parse(failover)).build(),
        "pair",
        log);

    assertThat(findings(log.events())).noneMatch(f -> f.rule().severity() == Severity.ERROR);
    RecordingVerdict verdict = analyze(log.events());
    assertThat(verdict.firstDivergent()).isEmpty();
    assertThat(verdict.compared()).isNotEmpty();
    assertThat(verdict.outcome()).isEqualTo(Outcome.UNDECIDED);
    assertThat(verdict.doubts())
        .extracting(Doubt::reason)
        .isNotEmpty()
        .isSubsetOf(
            Doubt.Reason.BROKEN,
            Doubt.Reason.UNFINISHED,
            Doubt.Reason.NOT_COMPARED,
            Doubt.Reason.NOT_CONFIRMED,
            Doubt.Reason.NO_CHECKPOINT);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "colo-07, colo-unanswered",
    "colo-11, colo-secondary-order",
    "colo-13, enable-colo-once",
    "colo-20, colo-send-early",
    "colo-21, colo-request-early",
    "colo-39, colo-not-ready",
    "colo-43, xbzrle",
    "beyond-used-length, page-offset",
    "protocol-order, colo-answer-early"
  })
  void aBrokenProtocolBreaksARule(String title, String rule) {
    Bug bug = Bug.titled(title);
    for (Protocol protocol : bug.protocols()) {
      if (bug == Bug.COLO_39 && protocol == Protocol.RETURN_PATH) {
        continue; // without ENABLE_COLO and READY it is an ordinary migration on the wire
      }
      EventLog log = new EventLog();

      SimulationTruth truth =
          Simulation.record(small().protocol(protocol).bug(bug).build(), "pair", log);

      List<Finding> broken =
          findings(log.events()).stream().filter(f -> f.rule().id().equals(rule)).toList();
      assertThat(broken).as("%s", protocol).isNotEmpty();
      assertThat(broken.getFirst().checkpoint())
          .as("%s", protocol)
          .isEqualTo(truth.firstWrongCheckpoint());
    }
  }

  @Test
  void aLoadThatTheSecondaryRefusesIsNeverInStep() {
    EventLog log = new EventLog();

    Simulation.record(small().bug(Bug.LOAD_REFUSED).build(), "pair", log);

    assertThat(analyze(log.events()).outcome()).isEqualTo(Outcome.UNDECIDED);
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("bugs")
  void analysisFindsTheWrongPagesOfEachBugAtTheCheckpointsThatTheTruthNames(
      Bug bug, Protocol protocol) {
    for (long seed = 1; seed <= 1; seed++) {
      EventLog log = new EventLog();
      SimulationSettings settings =
          small().protocol(protocol).pattern(WritePattern.HOT_SET).seed(seed).bug(bug).build();

      SimulationTruth truth = Simulation.record(settings, "pair", log);

      RecordingVerdict verdict = analyze(log.events());
      for (Compared compared : verdict.compared()) {
        List<WrongPage> wrong =
            truth.checkpoints().stream()
                .filter(told -> told.checkpoint() == compared.checkpoint())
                .flatMap(told -> told.pages().stream())
                .filter(_ -> bug.faultClass() != FaultClass.FLUSHED_TOO_EARLY)
                .toList();
        assertThat(differing(compared))
            .as("seed %d, checkpoint %d", seed, compared.checkpoint())
            .isEqualTo(pages(wrong));
      }
    }
  }

  private static Map<String, BitSet> differing(Compared compared) {
    Map<String, BitSet> pages = new HashMap<>();
    for (BlockComparison block : compared.blocks()) {
      BitSet set = new BitSet();
      block.differingPages().pages().forEach(set::set);
      if (!set.isEmpty()) {
        pages.put(block.block(), set);
      }
    }
    return pages;
  }

  private static Map<String, BitSet> pages(List<WrongPage> wrong) {
    Map<String, BitSet> pages = new HashMap<>();
    wrong.forEach(page ->
        pages
            .computeIfAbsent(page.block(), _ -> new BitSet())
            .set((int) (page.offset() / GuestPage.BYTES)));
    return pages;
  }

  private RecordingVerdict analyze(List<Event> events) {
    return Analysis.of(
        new EventList(events), AnalysisSettings.of(ScratchSpace.preferMemory(scratch)), _ -> {});
  }

  private static List<Finding> findings(List<Event> events) {
    List<Finding> findings = new ArrayList<>();
    try (Conformance rules = Conformance.ofRecording(Long.MAX_VALUE, findings::add)) {
      events.forEach(rules::accept);
      rules.seal();
    }
    return findings.stream().filter(f -> f.rule().severity() != Severity.INFO).toList();
  }

  private static Map<Integer, Map<Memory, byte[]>> memories(SimulationSettings settings) {
    Map<Integer, Map<Memory, byte[]>> memories = new HashMap<>();
    Simulation.run(
        settings,
        new PairOutput() {
          @Override
          public void sealed(int checkpoint, PairMemories now) {
            Map<Memory, byte[]> all = new HashMap<>();
            for (Memory memory : List.of(Memory.PVM, Memory.CACHE, Memory.SVM)) {
              byte[] room = room(settings);
              ByteBuffer bytes = ByteBuffer.wrap(room);
              for (int block = 0; block < settings.blocks().size(); block++) {
                for (int i = 0; i < settings.blocks().get(block).pages(); i++) {
                  bytes.put(now.read(memory, new GuestPage(block, i)).asByteBuffer());
                }
              }
              all.put(memory, room);
            }
            memories.put(checkpoint, all);
          }

          @Override
          public void sent(int channel, Direction direction, ByteBuffer bytes) {}

          @Override
          public void observed(Observation observation) {}

          @Override
          public void passed(long nanoseconds) {}

          @Override
          public void ended(boolean complete, String reason) {}
        });
    return memories;
  }

  private static byte[] replayed(GuestMemory memory, SimulationSettings settings) {
    byte[] room = room(settings);
    ByteBuffer bytes = ByteBuffer.wrap(room);
    for (GuestBlock block : settings.blocks()) {
      for (int i = 0; i < block.pages(); i++) {
        bytes.put(memory.block(block.name()).page(i).asByteBuffer());
      }
    }
    return room;
  }

  private static byte[] room(SimulationSettings settings) {
    return new byte[settings.blocks().stream().mapToInt(block -> (int) block.usedLength()).sum()];
  }

  private static SimulationSettings healthy(
      Protocol protocol, WritePattern pattern, Set<Feature> features, long seed) {
    SimulationSettings.Builder builder = small().protocol(protocol).pattern(pattern).seed(seed);
    features.forEach(builder::feature);
    return builder.build();
  }

  private static SimulationSettings.Builder small() {
    return SimulationSettings.builder()
        .ram(2 << 20)
        .usedPages(120)
        .dirtyPages(60)
        .blocks(3)
        .checkpoints(CHECKPOINTS);
  }

  static Stream<Arguments> healthyPairs() {
    return Stream.of(Protocol.values()).flatMap(SimulatedPairTest::healthyPairs);
  }

  private static Stream<Arguments> healthyPairs(Protocol protocol) {
    List<Set<Feature>> features =
        protocol == Protocol.ENABLE_COLO
            ? List.of(
                EnumSet.noneOf(Feature.class),
                EnumSet.of(Feature.XBZRLE),
                EnumSet.of(Feature.COMPRESS, Feature.FILL),
                EnumSet.of(Feature.XBZRLE, Feature.FILL),
                EnumSet.of(Feature.MULTIFD))
            : List.of(
                EnumSet.noneOf(Feature.class),
                EnumSet.of(Feature.XBZRLE),
                EnumSet.of(Feature.MULTIFD),
                EnumSet.of(Feature.MULTIFD_ZLIB),
                EnumSet.of(Feature.MULTIFD_ZSTD));
    WritePattern[] patterns = WritePattern.values();
    return IntStream.range(0, 2 * features.size())
        .mapToObj(i ->
            Arguments.of(
                protocol,
                patterns[(i + i / features.size()) % patterns.length],
                features.get(i % features.size()),
                (long) i));
  }

  static Stream<Arguments> failovers() {
    return Stream.of(
            "READY@0", "REQUEST@2", "REPLY@2", "SEND@2", "SIZE@2", "RECEIVED@2", "LOADED@2")
        .flatMap(failover ->
            Stream.of(Protocol.values()).map(protocol -> Arguments.of(protocol, failover)));
  }

  static Stream<Arguments> bugs() {
    return Stream.of(Bug.values())
        .flatMap(bug -> bug.protocols().stream().map(protocol -> Arguments.of(bug, protocol)));
  }
}
