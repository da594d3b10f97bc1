package org.colotape.analyzer.report;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.colotape.analyzer.diagnosis.Cause;
import org.colotape.analyzer.diagnosis.Diagnosis;
import org.colotape.analyzer.diagnosis.Fault;
import org.colotape.analyzer.diff.MemoryPair;
import org.colotape.analyzer.diff.Source;
import org.colotape.analyzer.verdict.AnalysisSettings;
import org.colotape.analyzer.verdict.CheckpointVerdict.Reason;
import org.colotape.analyzer.verdict.Outcome;
import org.colotape.recorder.fixture.EventLog;
import org.colotape.recorder.simulation.Bug;
import org.colotape.recorder.simulation.Simulation;
import org.colotape.recorder.simulation.SimulationSettings;
import org.colotape.replayer.fixture.ListRecording;
import org.colotape.replayer.memory.PageWriter;
import org.colotape.replayer.memory.ScratchSpace;
import org.colotape.replayer.replay.ReplayError;
import org.colotape.replayer.rules.RuleSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The published schema of {@code analyze --json} says what is printed, and no more than that. */
class JsonSchemaTest {
  @TempDir Path scratch;

  @ParameterizedTest
  @EnumSource(
      value = Bug.class,
      names = {"COLO_01", "COLO_06", "COLO_07", "COLO_17", "COLO_23"})
  void findingsOfSimulatedBugsAreValid(Bug bug) {
    JsonNode report = JsonReport.object(diagnosis(bug));
    assertThat(PublishedSchema.errors(report)).isEmpty();
    assertThat(report.get("findings")).isNotEmpty();
  }

  @Test
  void healthyDivergedAndUnfinishedVerdictsAreValid() {
    assertThat(PublishedSchema.errors(JsonReport.object(diagnosis(null)))).isEmpty();
    assertThat(PublishedSchema.errors(JsonReport.object(Verdicts.inStep()))).isEmpty();
    assertThat(
            PublishedSchema.errors(
                JsonReport.object(
                    Verdicts.diverged(Verdicts.evidence("new", "old", new PageWriter(9, -1, 1))))))
        .isEmpty();
    assertThat(
            PublishedSchema.errors(
                JsonReport.object(Verdicts.diverged(Verdicts.evidence(null, "old", null)))))
        .isEmpty();
  }

  @Test
  void whatTheSchemaDoesNotSayIsRefused() {
    assertRefused(report -> report.put("colour", "red"));
    assertRefused(report -> report.remove("summary"));
    assertRefused(report -> report.put("outcome", "fine"));
    assertRefused(report -> report.put("firstDivergentCheckpoint", -1));
    assertRefused(report -> object(report, "/checkpoints/0").put("pagesSent", "many"));
    assertRefused(report -> object(report, "/checkpoints/0").remove("blocks"));
    assertRefused(report -> object(report, "/checkpoints/0").put("notCompared", "incomplete"));
    assertRefused(report -> object(report, "/checkpoints/0/blocks/0/sources").put("tape", "model"));
    assertRefused(report -> object(report, "/findings/0").put("cause", "bad luck"));
    assertRefused(report -> object(report, "/findings/0/pages/0/ranges/0").put("from", -1));
  }

  @Test
  void everyNameThatMayComeIsInTheSchema() throws IOException {
    JsonNode defs = new ObjectMapper().readTree(PublishedSchema.text()).get("$defs");
    assertThat(names(defs.at("/finding/properties/cause"))).isEqualTo(names(Cause.values()));
    assertThat(names(defs.at("/finding/properties/confidence")))
        .isEqualTo(names(Fault.Confidence.values()));
    assertThat(names(defs.at("/verdict/properties/outcome"))).isEqualTo(names(Outcome.values()));
    assertThat(names(defs.at("/checkpoint/properties/notCompared")))
        .isEqualTo(names(Reason.values()));
    assertThat(names(defs.at("/loadError/properties/reason")))
        .isEqualTo(names(ReplayError.Reason.values()));
    assertThat(names(defs.get("pair"))).isEqualTo(names(MemoryPair.values()));
    assertThat(names(defs.get("source"))).isEqualTo(names(Source.values()));
    assertThat(names(defs.at("/verdict/properties/rules")))
        .isEqualTo(RuleSet.all().stream().map(RuleSet::name).collect(toSet()));
  }

  private void assertRefused(Consumer<ObjectNode> change) {
    ObjectNode report = JsonReport.object(diagnosis(Bug.COLO_06));
    change.accept(report);
    assertThat(PublishedSchema.errors(report)).isNotEmpty();
  }

  private static ObjectNode object(JsonNode report, String place) {
    return (ObjectNode) report.at(place);
  }

  private Diagnosis diagnosis(@Nullable Bug bug) {
    EventLog log = new EventLog();
    SimulationSettings settings =
        SimulationSettings.builder().checkpoints(3).seed(2).bug(bug).build();
    Simulation.record(settings, "pair", log);
    return Diagnosis.of(
        new ListRecording("pair", log.events()),
        AnalysisSettings.of(new ScratchSpace(scratch)),
        _ -> {});
  }

  private static Set<String> names(JsonNode definition) {
    Set<String> names = new HashSet<>();
    definition.get("enum").forEach(name -> names.add(name.asText()));
    names.remove("null");
    return names;
  }

  private static Set<String> names(Enum<?>[] constants) {
    return Stream.of(constants)
        .map(constant -> constant.name().toLowerCase(Locale.ROOT).replace('_', '-'))
        .collect(toSet());
  }
}
