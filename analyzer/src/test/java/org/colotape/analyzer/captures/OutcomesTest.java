package org.colotape.analyzer.captures;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.colotape.analyzer.verdict.Analysis;
import org.colotape.analyzer.verdict.AnalysisSettings;
import org.colotape.analyzer.verdict.Basis;
import org.colotape.analyzer.verdict.Doubt;
import org.colotape.analyzer.verdict.Outcome;
import org.colotape.analyzer.verdict.RecordingVerdict;
import org.colotape.replayer.fixture.EventList;
import org.colotape.replayer.memory.ScratchSpace;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.MigrationOutcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What keeps a real recording from "in step", and what it says then. */
class OutcomesTest {
  @TempDir Path scratch;

  @ParameterizedTest
  @CsvSource({
    // the destination has not the device
    "11.1-precopy-load-fails, REFUSED, REFUSED",
    // killed, cut or stalled in a checkpoint
    "11.1-colo-fail-pvmkill-midram, BROKEN, BROKEN",
    "11.1-colo-fail-lost-link, BROKEN, BROKEN",
    "7.2-colo-fail-midkill, BROKEN, BROKEN",
    // only one side is in COLO state
    "11.1-colo-pvm-without-colo, CONFIRMED, NO_CHECKPOINT",
    // killed while its LOADED was held back
    "10.0-colo-fail-midhold, UNKNOWN, NOT_CONFIRMED",
    // QEMU fails to load the first checkpoint
    "10.0-colo-multifd, UNKNOWN, NOT_CONFIRMED",
    "7.2-colo-multifd, UNKNOWN, NOT_CONFIRMED",
    "7.2-colo-compress, UNKNOWN, NOT_CONFIRMED"
  })
  void aMigrationThatWentWrongIsUndecidedForItsReason(
      String name, MigrationOutcome end, Doubt.Reason reason) throws IOException {
    RecordingVerdict verdict = analyze(Capture.named(name).record());
    assertThat(verdict.outcome()).isEqualTo(Outcome.UNDECIDED);
    assertThat(verdict.migration().getOutcome()).isEqualTo(end);
    assertThat(verdict.doubts().getFirst().reason()).isEqualTo(reason);
  }

  @ParameterizedTest
  @CsvSource({
    "7.2-colo-fail-pvmkill, IN_STEP",
    "10.0-colo-fail-svmkill, IN_STEP",
    "11.1-colo-fail-svmkill, IN_STEP"
  })
  void aPairThatWasLostBetweenTwoCheckpointsIsJudgedByThoseBefore(String name, Outcome outcome)
      throws IOException {
    assertThat(analyze(Capture.named(name).record()).outcome()).isEqualTo(outcome);
  }

  @ParameterizedTest
  @CsvSource({
    "11.1-precopy-rp, CONFIRMED",
    "11.1-colo-verify-kvm, CONFIRMED",
    "10.0-colo-verify-kvm, CONFIRMED",
    "11.1-precopy-kvm, STREAM",
    "11.1-mapped-ram-multifd, STREAM",
    "7.2-precopy-exec, STREAM"
  })
  void whatTheVerdictRestsOnIsTold(String name, Basis basis) throws IOException {
    RecordingVerdict verdict = analyze(Capture.named(name).record());
    assertThat(verdict.outcome()).isEqualTo(Outcome.IN_STEP);
    assertThat(verdict.basis()).isEqualTo(basis);
  }

  @Test
  void aPairWhoseSecondaryNeverSaidLoadedIsNotConfirmed() throws IOException {
    List<Event> events = Capture.named("11.1-colo-verify-kvm").record();
    long last =
        events.stream()
            .filter(event -> event.getKind() == Kind.COLO_MESSAGE)
            .mapToLong(Event::getSeq)
            .max()
            .orElseThrow();
    Event loaded = events.get((int) last);
    loaded.setKind(Kind.PADDING);
    loaded.setMessage(null);
    RecordingVerdict verdict = analyze(events);
    assertThat(verdict.outcome()).isEqualTo(Outcome.UNDECIDED);
    assertThat(verdict.doubts())
        .extracting(Doubt::reason)
        .containsExactly(Doubt.Reason.NOT_CONFIRMED);
  }

  private RecordingVerdict analyze(List<Event> events) {
    return Analysis.of(
        new EventList(events), AnalysisSettings.of(new ScratchSpace(scratch)), checkpoint -> {});
  }
}
