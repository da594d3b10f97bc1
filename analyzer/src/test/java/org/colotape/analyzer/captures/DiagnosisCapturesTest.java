package org.colotape.analyzer.captures;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.colotape.analyzer.diagnosis.Cause;
import org.colotape.analyzer.diagnosis.Diagnosis;
import org.colotape.analyzer.diagnosis.Fault;
import org.colotape.analyzer.diff.BlockComparison;
import org.colotape.analyzer.diff.PageSet;
import org.colotape.analyzer.report.JsonReport;
import org.colotape.analyzer.report.PublishedSchema;
import org.colotape.analyzer.verdict.AnalysisSettings;
import org.colotape.analyzer.verdict.Outcome;
import org.colotape.replayer.fixture.ListRecording;
import org.colotape.replayer.memory.ScratchSpace;
import org.colotape.schema.event.Event;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What went wrong in real pairs is named, and nothing where nothing did. */
@Execution(ExecutionMode.CONCURRENT)
class DiagnosisCapturesTest {
  @TempDir Path scratch;

  @Test
  void underTcgTheDirtyBitsWereLost() throws IOException {
    Diagnosis diagnosis = diagnose("7.2-colo-verify");

    Fault first = diagnosis.faults().getFirst();
    assertThat(diagnosis.faults())
        .allSatisfy(fault -> {
          assertThat(fault.cause()).isEqualTo(Cause.LOST_DIRTY_BIT);
          // the PVM was not seen before checkpoint 3: what was sent may have been wrong then
          assertThat(fault.confidence()).isEqualTo(Fault.Confidence.LIKELY);
        });
    assertThat(first.checkpoint()).isEqualTo(3);
    assertThat(first.pages()).containsOnlyKeys("ram");
    PageSet divergent =
        diagnosis.verdict().firstDivergent().orElseThrow().blocks().stream()
            .filter(block -> block.block().equals("ram"))
            .map(BlockComparison::differingPages)
            .findFirst()
            .orElseThrow();
    assertThat(first.pages().get("ram")).isEqualTo(divergent);
    assertThat(first.events()).isNotEmpty();
  }

  @Test
  void qemuElevenThrowsFirmwareOfTheSecondaryBackBehindEachFlush() throws IOException {
    Diagnosis diagnosis = diagnose("11.1-colo-svm-rom-kvm");

    assertThat(diagnosis.verdict().outcome()).isEqualTo(Outcome.DIVERGED);
    assertThat(diagnosis.faults())
        .singleElement()
        .satisfies(fault -> {
          assertThat(fault.cause()).isEqualTo(Cause.THROWN_BACK);
          assertThat(fault.checkpoint()).isEqualTo(1);
          assertThat(fault.confidence()).isEqualTo(Fault.Confidence.LIKELY);
          assertThat(fault.text()).contains("5 pages", "and the same at a later checkpoint");
        });
    assertThat(diagnosis.faults().getFirst().pages().entrySet())
        .extracting(entry -> entry.getKey() + " " + entry.getValue().size())
        .containsExactlyInAnyOrder(
            "/rom@etc/acpi/tables 3", "/rom@etc/table-loader 1", "/rom@etc/acpi/rsdp 1");
  }

  @ParameterizedTest
  @CsvSource({"11.1-colo-verify-tcg,264", "11.1-colo-tcg-lostpages,266"})
  void whatQemuElevenForgetsUnderTcgChangedBetweenTheInitialMigrationAndCheckpointOne(
      String name, int pages) throws IOException {
    assertThat(diagnose(name).faults())
        .singleElement()
        .satisfies(fault -> {
          assertThat(fault.cause()).isEqualTo(Cause.LOST_DIRTY_BIT);
          assertThat(fault.checkpoint()).isEqualTo(1);
          assertThat(fault.text())
              .startsWith(
                  pages
                      + " pages changed in the PVM between the initial migration and checkpoint 1,"
                      + " and that was never sent");
        });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.0-colo-verify-kvm",
        "7.2-colo-verify-kvm",
        "7.2-colo-quiet-tcg",
        "7.2-colo-xbzrle",
        "10.0-colo-multifd",
        "10.0-colo-fail-svmkill",
        "7.2-colo-fail-pvmkill",
        "7.2-postcopy"
      })
  void ofHealthyPairsNothingIsSaid(String name) throws IOException {
    assertThat(diagnose(name).faults()).isEmpty();
  }

  private Diagnosis diagnose(String name) throws IOException {
    List<Event> events = Capture.named(name).recordObserved();
    Diagnosis diagnosis =
        Diagnosis.of(
            new ListRecording(name, events),
            AnalysisSettings.of(new ScratchSpace(scratch)),
            checkpoint -> {});
    assertThat(PublishedSchema.errors(JsonReport.object(diagnosis))).isEmpty();
    return diagnosis;
  }
}
