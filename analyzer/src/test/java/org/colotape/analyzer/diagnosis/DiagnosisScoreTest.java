package org.colotape.analyzer.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.colotape.analyzer.verdict.AnalysisSettings;
import org.colotape.recorder.fixture.EventLog;
import org.colotape.recorder.simulation.Bug;
import org.colotape.recorder.simulation.Simulation;
import org.colotape.recorder.simulation.SimulationSettings;
import org.colotape.recorder.simulation.SimulationSettings.Feature;
import org.colotape.recorder.simulation.SimulationSettings.Protocol;
import org.colotape.recorder.simulation.SimulationTruth;
import org.colotape.recorder.simulation.guest.WritePattern;
import org.colotape.replayer.fixture.ListRecording;
import org.colotape.replayer.memory.ScratchSpace;
import org.colotape.schema.fixture.Proofs;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Diagnosis never sees what the simulated pair knows of itself; here both are compared, bug by bug
 * and seed by seed.
 */
@Execution(ExecutionMode.CONCURRENT)
class DiagnosisScoreTest {
  private static final long SEEDS = Proofs.number("colotape.seeds", 5, 1);

  @TempDir Path scratch;

  static Stream<Arguments> bugs() {
    // no stream tells a page that did not change from one that was written as it was; a load that
    // is refused is an end without a cause; and without ENABLE_COLO and READY a pair is an ordinary
    // migration on the wire
    return Stream.of(Bug.values())
        .filter(bug -> bug != Bug.NEEDLESS_PAGES && bug != Bug.LOAD_REFUSED)
        .flatMap(bug -> bug.protocols().stream().map(protocol -> Arguments.of(bug, protocol)))
        .filter(pair -> !List.of(pair.get()).equals(List.of(Bug.COLO_39, Protocol.RETURN_PATH)));
  }

  @ParameterizedTest
  @MethodSource("bugs")
  void everyBugIsNamedWithItsFirstCheckpoint(Bug bug, Protocol protocol) {
    StringBuilder row = new StringBuilder("%-22s %-12s".formatted(bug.title(), protocol.title()));
    List<String> wrong = new ArrayList<>();
    for (long seed = 1; seed <= SEEDS; seed++) {
      SimulationSettings settings =
          SimulationSettings.builder()
              .protocol(protocol)
              .checkpoints(4)
              .seed(seed)
              .bug(bug)
              .build();
      EventLog log = new EventLog();
      SimulationTruth truth = Simulation.record(settings, "pair", log);
      List<Fault> faults = diagnose(log);
      String expected = bug.faultClass() + "@" + truth.firstWrongCheckpoint();
      String found = faults.isEmpty() ? "nothing" : head(faults.getFirst());
      row.append(found.equals(expected) ? " right" : " WRONG").append(confidence(faults));
      if (!found.equals(expected)) {
        wrong.add("seed %d: %s, but found %s".formatted(seed, expected, all(faults)));
      }
    }
    System.out.println(row);
    assertThat(wrong).isEmpty();
  }

  static Stream<Arguments> healthy() {
    return Stream.of(WritePattern.values())
        .flatMap(
            pattern -> LongStream.rangeClosed(1, 2).boxed().flatMap(seed -> pairs(pattern, seed)));
  }

  private static Stream<Arguments> pairs(WritePattern pattern, long seed) {
    Stream<Set<Feature>> older =
        Stream.of(Set.of(), EnumSet.of(Feature.XBZRLE, Feature.FILL), EnumSet.of(Feature.MULTIFD));
    Stream<Set<Feature>> newer =
        Stream.of(Set.of(), EnumSet.of(Feature.XBZRLE), EnumSet.of(Feature.MULTIFD_ZSTD));
    return Stream.concat(
        older.map(features -> Arguments.of(Protocol.ENABLE_COLO, pattern, features, seed)),
        newer.map(features -> Arguments.of(Protocol.RETURN_PATH, pattern, features, seed)));
  }

  @ParameterizedTest
  @MethodSource("healthy")
  void inAHealthyPairNothingIsFound(
      Protocol protocol, WritePattern pattern, Set<Feature> features, long seed) {
    SimulationSettings.Builder settings =
        SimulationSettings.builder()
            .protocol(protocol)
            .checkpoints(4)
            .pattern(pattern)
            .lateWrites(9)
            .seed(seed);
    features.forEach(settings::feature);
    EventLog log = new EventLog();
    Simulation.record(settings.build(), "pair", log);

    assertThat(diagnose(log)).isEmpty();
  }

  private List<Fault> diagnose(EventLog log) {
    return Diagnosis.of(
            new ListRecording("pair", log.events()),
            AnalysisSettings.of(new ScratchSpace(scratch)),
            _ -> {})
        .faults();
  }

  private static String confidence(List<Fault> faults) {
    return faults.isEmpty()
        ? ""
        : " (" + faults.getFirst().confidence().name().toLowerCase(Locale.ROOT) + ")";
  }

  private static String head(Fault fault) {
    return fault.cause() + "@" + fault.checkpoint();
  }

  private static List<String> all(List<Fault> faults) {
    return faults.stream().map(fault -> head(fault) + " " + fault.text()).limit(5).toList();
  }
}
