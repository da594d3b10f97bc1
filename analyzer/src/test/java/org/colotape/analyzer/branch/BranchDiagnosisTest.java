package org.colotape.analyzer.branch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import org.colotape.analyzer.diagnosis.Cause;
import org.colotape.analyzer.diagnosis.Fault;
import org.colotape.analyzer.verdict.AnalysisSettings;
import org.colotape.analyzer.verdict.Outcome;
import org.colotape.recorder.fixture.EventLog;
import org.colotape.recorder.simulation.Simulation;
import org.colotape.recorder.simulation.SimulationSettings;
import org.colotape.replayer.branch.Branch;
import org.colotape.replayer.fixture.ListRecording;
import org.colotape.replayer.memory.ScratchSpace;
import org.colotape.replayer.rules.RuleSet;
import org.colotape.replayer.timeline.SnapshotCache;
import org.colotape.schema.event.ColoMessageType;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.Memory;
import org.colotape.schema.event.PageEncoding;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What would have gone wrong: branches of a healthy pair whose PVM alone was observed. */
class BranchDiagnosisTest {
  @TempDir Path scratch;
  private List<Event> events = List.of();

  @BeforeEach
  void recordAHealthyPair() {
    EventLog log = new EventLog();
    Simulation.record(SimulationSettings.builder().checkpoints(4).seed(5).build(), "pair", log);
    events = log.events().stream().filter(BranchDiagnosisTest::isNoSightOfTheSecondary).toList();
    for (int i = 0; i < events.size(); i++) {
      events.get(i).setSeq(i);
    }
  }

  /**
   * Where it was seen, the secondary is what it was; without, it becomes what a branch makes it.
   */
  private static boolean isNoSightOfTheSecondary(Event event) {
    return event.getKind() != Kind.OBSERVATION || event.getObservation().getMemory() == Memory.PVM;
  }

  @Test
  void nothingIsDifferentSoNothingIsWrong() {
    Event page = sentAgain();
    assertThat(analyse(Branch.behind(page.getSeq())).faults()).isEmpty();
  }

  @Test
  void aPageOfACheckpointThatIsDroppedIsALostDirtyBit() {
    Event page = sentAgain();
    BranchVerdict verdict = analyse(Branch.behind(page.getSeq() - 1).drop(page.getSeq()));

    assertThat(verdict.verdict().outcome()).isEqualTo(Outcome.DIVERGED);
    Fault fault = verdict.faults().getFirst();
    assertThat(fault.cause()).isEqualTo(Cause.LOST_DIRTY_BIT);
    assertThat(fault.checkpoint()).isEqualTo(2);
    assertThat(fault.pages())
        .hasToString(
            "{%s=%d}"
                .formatted(
                    page.getPage().getBlock(),
                    page.getPage().getOffset() / page.getPage().getPageSize()));
    assertThat(fault.events())
        .as("the event that carried it last, which lies before the branch")
        .containsExactly(lastBefore(page));
    assertThat(fault.specimens()).hasSize(1);
  }

  @Test
  void aMessageThatIsDroppedIsOutOfOrder() {
    Event received = message(ColoMessageType.VMSTATE_RECEIVED, 2);
    BranchVerdict verdict = analyse(Branch.behind(received.getSeq() - 1).drop(received.getSeq()));
    assertThat(verdict.faults())
        .first()
        .satisfies(fault -> {
          assertThat(fault.cause()).isEqualTo(Cause.PROTOCOL_ORDER);
          assertThat(fault.checkpoint()).isEqualTo(2);
        });
  }

  @Test
  void underTheRulesOfTheFirstPatchPagesOfTheInitialMigrationAreNotInTheCache() {
    assertThat(analyse(Branch.behind(-1).withRules(RuleSet.SEED_2018)).faults())
        .extracting(Fault::cause)
        .contains(Cause.NOT_IN_CACHE);
  }

  private BranchVerdict analyse(Branch branch) {
    return BranchAnalysis.of(
        new ListRecording("pair", events),
        branch,
        AnalysisSettings.of(new ScratchSpace(scratch)),
        SnapshotCache.none(),
        _ -> {});
  }

  /** A page of checkpoint 2 that was sent before, and holds something else now. */
  private Event sentAgain() {
    return first(event ->
        event.getKind() == Kind.PAGE
            && event.getCheckpoint() == 2
            && event.getPage().getEncoding() == PageEncoding.RAW
            && lastBefore(event) >= 0);
  }

  private long lastBefore(Event page) {
    return events.stream()
        .filter(e -> e.getKind() == Kind.PAGE && e.getSeq() < page.getSeq())
        .filter(e -> covers(e, page))
        .mapToLong(Event::getSeq)
        .max()
        .orElse(-1);
  }

  private static boolean covers(Event event, Event page) {
    long from = event.getPage().getOffset();
    long length = (long) event.getPage().getPages() * event.getPage().getPageSize();
    long at = page.getPage().getOffset();
    return event.getPage().getBlock().equals(page.getPage().getBlock())
        && at >= from
        && at < from + length;
  }

  private Event message(ColoMessageType type, int checkpoint) {
    return first(event ->
        event.getKind() == Kind.COLO_MESSAGE
            && event.getCheckpoint() == checkpoint
            && event.getMessage().getType() == type);
  }

  private Event first(Predicate<Event> filter) {
    return events.stream().filter(filter).findFirst().orElseThrow();
  }
}
