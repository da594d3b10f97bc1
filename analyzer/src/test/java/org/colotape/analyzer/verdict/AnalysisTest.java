package org.colotape.analyzer.verdict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.colotape.analyzer.diff.Divergence;
import org.colotape.analyzer.diff.MemoryPair;
import org.colotape.analyzer.diff.PageRange;
import org.colotape.analyzer.diff.Source;
import org.colotape.analyzer.verdict.CheckpointVerdict.Compared;
import org.colotape.analyzer.verdict.CheckpointVerdict.NotCompared;
import org.colotape.analyzer.verdict.CheckpointVerdict.Reason;
import org.colotape.analyzer.verdict.Remark.Unparsed;
import org.colotape.replayer.fixture.EventScript;
import org.colotape.replayer.memory.PageWriter;
import org.colotape.replayer.memory.ScratchSpace;
import org.colotape.replayer.replay.ReplayError;
import org.colotape.replayer.rules.RuleSet;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.digest.PageDigest;
import org.colotape.schema.event.ChannelEnd;
import org.colotape.schema.event.Closing;
import org.colotape.schema.event.ColoMessageType;
import org.colotape.schema.event.Direction;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.Memory;
import org.colotape.schema.event.MissedObservation;
import org.colotape.schema.event.Observation;
import org.colotape.schema.event.ObservedPage;
import org.colotape.schema.event.Opaque;
import org.colotape.schema.event.RecordingEnd;
import org.colotape.schema.event.VmDescription;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnalysisTest {
  private static final String RAM = "ram";
  private static final int PAGE = EventScript.PAGE;
  private static final long LENGTH = 16 * PAGE;

  @TempDir Path scratch;

  @Test
  void aHealthyRecordingIsInStepAtAllItsCheckpoints() {
    RecordingVerdict verdict =
        analyze(
            colo()
                .checkpoint(pages -> pages.raw(RAM, PAGE, 2))
                .checkpoint(pages -> pages.zero(RAM, 0, 3))
                .end());
    assertThat(verdict.outcome()).isEqualTo(Outcome.IN_STEP);
    assertThat(verdict.compared()).extracting(Compared::checkpoint).containsExactly(0, 1, 2);
    assertThat(verdict.observed()).isFalse();
    assertThat(verdict.remarks()).isEmpty();
    assertThat(verdict.loadError()).isNull();
  }

  @Test
  void aCheckpointSaysHowManyPagesWereSentWrittenAndCompared() {
    RecordingVerdict verdict =
        analyze(
            colo()
                .checkpoint(pages -> pages.raw(RAM, PAGE, 2).raw(RAM, PAGE, 3).zero(RAM, 0, 3))
                .end());
    Compared checkpoint = verdict.compared().get(1);
    assertThat(checkpoint.pagesSent()).isEqualTo(5);
    assertThat(checkpoint.pagesWritten()).isEqualTo(3);
    assertThat(checkpoint.pagesCompared()).isEqualTo(3);
    assertThat(checkpoint.pagesDiffering()).isZero();
  }

  @Test
  void aPvmThatWasObservedWithOtherContentsDivergesAndTheEvidenceCitesPageBytesAndEvents() {
    EventScript script = colo().checkpoint(pages -> pages.raw(RAM, 2 * PAGE, 2));
    RecordingVerdict verdict =
        analyze(
            observed(script, Memory.PVM, pages -> pages.raw(RAM, 5 * PAGE, 2), 1, 9, 2)
                .checkpoint(pages -> pages.raw(RAM, 5 * PAGE, 3))
                .end());
    assertThat(verdict.outcome()).isEqualTo(Outcome.DIVERGED);
    Compared first = verdict.firstDivergent().orElseThrow();
    assertThat(first.checkpoint()).isEqualTo(2);
    assertThat(first.pagesDiffering()).isEqualTo(1);
    assertThat(first.blocks().getFirst().differing(MemoryPair.PVM_CACHE).ranges())
        .containsExactly(new PageRange(1, 2));
    assertThat(first.blocks().getFirst().sources())
        .containsEntry(Memory.PVM, Source.PARTLY_OBSERVED)
        .containsEntry(Memory.CACHE, Source.MODEL);
    Divergence evidence = first.divergences().getFirst();
    assertThat(evidence.checkpoint()).isEqualTo(2);
    assertThat(evidence.offset()).isEqualTo(PAGE);
    assertThat(evidence.firstDifference()).isZero();
    assertThat(evidence.left().bytes()).hasToString("09".repeat(PAGE));
    assertThat(evidence.right().bytes()).hasToString("01".repeat(PAGE));
    Event sent = lastPage(script, PAGE, 2);
    assertThat(evidence.lastSent())
        .isEqualTo(new PageWriter(sent.getSeq(), sent.getStreamOffset(), 0));
  }

  @Test
  void theOriginalPatchDivergesWhereItLeavesTheCacheEmpty() {
    EventScript script = colo().checkpoint(pages -> pages.raw(RAM, PAGE, 2)).end();
    RecordingVerdict verdict = analyze(script, settings().withRules(RuleSet.SEED_2018));
    assertThat(verdict.outcome()).isEqualTo(Outcome.DIVERGED);
    assertThat(verdict.firstDivergent().orElseThrow().checkpoint()).isZero();
    assertThat(verdict.compared()).extracting(Compared::pagesDiffering).containsExactly(4L, 3L);
    Divergence stale = verdict.firstDivergent().orElseThrow().divergences().getFirst();
    assertThat(stale.right().memory()).isEqualTo(Memory.CACHE);
    assertThat(stale.right().lastWriter()).isNull();
    assertThat(stale.left().lastWriter()).isEqualTo(stale.lastSent());
  }

  @Test
  void aCheckpointThatIsCutIsNotComparedAndLeavesTheVerdictUndecided() {
    RecordingVerdict verdict =
        analyze(
            colo()
                .checkpoint(pages -> pages.raw(RAM, PAGE, 2))
                .request()
                .raw(RAM, PAGE, 3)
                .seal(false)
                .end());
    assertThat(verdict.outcome()).isEqualTo(Outcome.UNDECIDED);
    assertThat(verdict.doubts())
        .extracting(Doubt::reason)
        .containsExactly(Doubt.Reason.BROKEN, Doubt.Reason.NOT_COMPARED);
    assertThat(verdict.notCompared()).containsExactly(new NotCompared(2, 1, 1, Reason.INCOMPLETE));
  }

  @Test
  void aCheckpointThatTheSvmDidNotConfirmIsNotCompared() {
    RecordingVerdict verdict =
        analyze(
            colo()
                .request()
                .pages(pages -> pages.raw(RAM, PAGE, 3))
                .deviceState()
                .seal(true)
                .end());
    assertThat(verdict.notCompared())
        .extracting(NotCompared::reason)
        .containsExactly(Reason.NOT_FLUSHED);
    assertThat(verdict.outcome()).isEqualTo(Outcome.UNDECIDED);
    assertThat(verdict.doubts())
        .extracting(Doubt::reason)
        .containsExactly(Doubt.Reason.NOT_CONFIRMED, Doubt.Reason.NOT_COMPARED);
  }

  @Test
  void aCheckpointThatWasRequestedOnlyIsNoneThatTheRecordingHolds() {
    RecordingVerdict verdict =
        analyze(
            colo()
                .pvmSays(ColoMessageType.CHECKPOINT_REQUEST)
                .svmSays(ColoMessageType.CHECKPOINT_REPLY)
                .seal(false)
                .end());
    assertThat(verdict.notCompared())
        .extracting(NotCompared::reason)
        .containsExactly(Reason.NOT_SENT);
    assertThat(verdict.outcome()).isEqualTo(Outcome.IN_STEP);
  }

  @Test
  void pagesOfACheckpointThatWasNotComparedCountInTheNext() {
    RecordingVerdict verdict =
        analyze(
            colo()
                .request()
                .raw(RAM, 5 * PAGE, 3)
                .seal(false)
                .checkpoint(pages -> pages.raw(RAM, PAGE, 4))
                .end());
    assertThat(verdict.compared().getLast().pagesCompared()).isEqualTo(2);
  }

  @Test
  void anErrorThatEndsTheReplayBeforeTheLastWholeCheckpointLeavesTheVerdictUndecided() {
    RecordingVerdict verdict =
        analyze(
            colo()
                .checkpoint(pages -> pages.raw(RAM, LENGTH, 3))
                .checkpoint(pages -> pages.raw(RAM, PAGE, 4))
                .end());
    assertThat(Objects.requireNonNull(verdict.loadError()).reason())
        .isEqualTo(ReplayError.Reason.ILLEGAL_OFFSET);
    assertThat(verdict.notCompared())
        .extracting(NotCompared::reason)
        .containsExactly(Reason.LOAD_ENDED, Reason.LOAD_ENDED);
    assertThat(verdict.outcome()).isEqualTo(Outcome.UNDECIDED);
    assertThat(verdict.doubts())
        .extracting(Doubt::reason)
        .containsExactly(Doubt.Reason.NOT_COMPARED, Doubt.Reason.NOT_COMPARED);
  }

  @Test
  void aDivergenceBeforeAnErrorIsStillADivergence() {
    RecordingVerdict verdict =
        analyze(
            observed(colo(), Memory.CACHE, pages -> pages.raw(RAM, 0, 2), 0, 9)
                .checkpoint(pages -> pages.raw(RAM, LENGTH, 3))
                .end());
    assertThat(verdict.outcome()).isEqualTo(Outcome.DIVERGED);
    assertThat(verdict.firstDivergent().orElseThrow().blocks().getFirst().differing())
        .containsOnlyKeys(MemoryPair.PVM_CACHE, MemoryPair.CACHE_SVM);
  }

  @Test
  void aRecordingWithNothingToCompareIsUndecided() {
    RecordingVerdict nothing = analyze(EventScript.withReturnPath().end());
    assertThat(nothing.outcome()).isEqualTo(Outcome.UNDECIDED);
    assertThat(nothing.doubts())
        .extracting(Doubt::text)
        .contains("no checkpoint could be compared");
    RecordingVerdict noPages =
        analyze(EventScript.withReturnPath().coloMigration(RAM, LENGTH, pages -> {}).end());
    assertThat(noPages.outcome()).isEqualTo(Outcome.UNDECIDED);
    assertThat(noPages.doubts())
        .extracting(Doubt::text)
        .anyMatch(text -> text.startsWith("the stream carries no pages"));
  }

  @Test
  void anUnparsedChannelThatMayHoldPagesLeavesTheVerdictUndecided() {
    EventScript script =
        colo()
            .event(
                Kind.OPAQUE,
                event -> {
                  event.setChannel(1);
                  event.setDirection(Direction.PVM_TO_SVM);
                  event.setStreamOffset(0);
                  event.setWire(ByteBuffer.allocate(100));
                  event.setOpaque(new Opaque("not parsed", "channel 1", false));
                })
            .seal(false)
            .end();
    RecordingVerdict verdict = analyze(script);
    assertThat(verdict.outcome()).isEqualTo(Outcome.UNDECIDED);
    assertThat(verdict.doubts())
        .extracting(Doubt::text)
        .contains("bytes of channel 1, and may hold pages, were not parsed");
  }

  @Test
  void aMigrationWithoutColoComparesWhatArrivedWithWhatWasSent() {
    RecordingVerdict verdict =
        analyze(
            EventScript.withReturnPath()
                .block(RAM, LENGTH)
                .raw(RAM, 0, 1)
                .endOfSections()
                .seal(true)
                .end());
    assertThat(verdict.outcome()).isEqualTo(Outcome.IN_STEP);
    assertThat(verdict.compared().getFirst().blocks().getFirst().sources())
        .containsOnlyKeys(Memory.PVM, Memory.SVM);
  }

  @Test
  void analysisStopsBehindTheCheckpointThatIsAskedFor() {
    EventScript script =
        observed(
                colo().checkpoint(pages -> pages.raw(RAM, PAGE, 2)),
                Memory.PVM,
                pages -> pages.raw(RAM, 0, 2),
                0,
                9)
            .end();
    RecordingVerdict verdict = analyze(script, settings().upTo(1));
    assertThat(verdict.checkpoints())
        .extracting(CheckpointVerdict::checkpoint)
        .containsExactly(0, 1);
    assertThat(verdict.outcome()).isEqualTo(Outcome.IN_STEP);
    assertThat(verdict.remarks()).isEmpty();
    assertThat(analyze(script, settings().upTo(2)).outcome()).isEqualTo(Outcome.DIVERGED);
  }

  @Test
  void aCheckpointThatIsNotInTheRecordingIsAnError() {
    assertThatThrownBy(() -> analyze(colo().end(), settings().upTo(7)))
        .isInstanceOf(ColotapeException.class)
        .hasMessage("no checkpoint 7 (recording script): the last one is 0");
  }

  @Test
  void progressTellsEachCheckpointAtOnce() {
    List<Integer> told = new ArrayList<>();
    Analysis.of(
        colo().checkpoint(pages -> pages.raw(RAM, PAGE, 2)).end().source(),
        settings(),
        checkpoint -> told.add(checkpoint.checkpoint()));
    assertThat(told).containsExactly(0, 1);
  }

  @Test
  void evidenceIsKeptOfAsManyPagesAsAskedFor() {
    EventScript script =
        observed(colo(), Memory.PVM, pages -> pages.raw(RAM, 0, 2), 0, 7, 7, 7).end();
    assertThat(evidence(script, 0)).isEmpty();
    assertThat(evidence(script, 2)).extracting(Divergence::offset).containsOnly(0L, (long) PAGE);
  }

  @Test
  void whatIsMissingOrContradictoryIsRemarked() {
    RecordingVerdict verdict =
        analyze(
            EventScript.withoutReturnPath()
                .coloMigration(RAM, LENGTH, pages -> pages.raw(RAM, 0, 1))
                .event(
                    Kind.VM_DESCRIPTION,
                    event ->
                        event.setDescription(
                            new VmDescription(
                                9L, 0L, List.of("cpu: found 3 bytes, described 4"), 5)))
                .event(
                    Kind.OBSERVATION,
                    event -> event.setObservation(observation(Memory.SVM, "vga.vram", 0, 1)))
                .event(
                    Kind.CHANNEL_END,
                    event ->
                        event.setChannelEnd(
                            new ChannelEnd(77L, false, "connection reset", Closing.UNKNOWN)))
                .event(
                    Kind.RECORDING_END,
                    event -> event.setEnd(new RecordingEnd(false, "disk full", null))));
    assertThat(verdict.remarks())
        .extracting(Remark::text)
        .containsExactly(
            "no return path was recorded: each checkpoint that arrived whole counts as flushed",
            "the VM description contradicts the end of a device section (event 6): cpu: found 3"
                + " bytes, described 4",
            "SVM block vga.vram at checkpoint 0 (event 7): an observation of a RAM block that no"
                + " RAM block list introduced is not used",
            "channel 0, PVM to SVM, stops in the middle of an element behind 77 bytes: connection"
                + " reset",
            "the recording was not finished: disk full");
  }

  @Test
  void unparsedBytesThatFollowOneAnotherAreOneRemark() {
    RecordingVerdict verdict =
        analyze(
            colo()
                .request()
                .opaque(Direction.PVM_TO_SVM, "bad flags")
                .opaque(Direction.PVM_TO_SVM, "bad flags")
                .pvmSays(ColoMessageType.VMSTATE_SEND)
                .opaque(Direction.PVM_TO_SVM, "worse flags")
                .seal(false)
                .end());
    assertThat(verdict.remarks()).filteredOn(Unparsed.class::isInstance).hasSize(2);
    assertThat(verdict.remarks().getFirst().text())
        .startsWith("2 bytes not parsed at stream offset 0x")
        .contains("checkpoint 1, ram section 2): bad flags");
    assertThat(Objects.requireNonNull(verdict.loadError()).reason())
        .isEqualTo(ReplayError.Reason.UNPARSED_BYTES);
    assertThat(verdict.outcome()).isEqualTo(Outcome.UNDECIDED);
    assertThat(verdict.doubts()).extracting(Doubt::reason).contains(Doubt.Reason.NOT_PARSED);
  }

  @Test
  void aCheckpointThatTheSecondaryNeverLoadedIsTold() {
    RecordingVerdict verdict =
        analyze(colo().checkpoint(pages -> {}).request().deviceState().seal(true).end());

    assertThat(verdict.doubts())
        .extracting(Doubt::text)
        .contains("the secondary never told that it has loaded checkpoint 2");
  }

  @Test
  void aMessageThatComesInPlaceOfAnotherIsToldOnce() {
    RecordingVerdict verdict =
        analyze(
            colo()
                .request()
                .deviceState()
                .svmSays(ColoMessageType.VMSTATE_LOADED)
                .seal(true)
                .checkpoint(pages -> {})
                .end());

    assertThat(verdict.doubts().stream().filter(d -> d.reason() == Doubt.Reason.OUT_OF_TURN))
        .extracting(Doubt::text)
        .singleElement()
        .asString()
        .matches(
            "VMSTATE_LOADED came in checkpoint 1 \\(event \\d+\\) where VMSTATE_RECEIVED of the SVM"
                + " was due");
  }

  @Test
  void whatCouldNotBeObservedIsRemarked() {
    RecordingVerdict verdict =
        analyze(
            colo()
                .event(
                    Kind.OBSERVATION_MISSED,
                    event ->
                        event.setMissed(new MissedObservation(Memory.CACHE, RAM, "no time left")))
                .checkpoint(pages -> {})
                .end());

    assertThat(verdict.remarks())
        .extracting(Remark::text)
        .anyMatch(text ->
            text.matches(
                "CACHE block ram was not wholly observed at checkpoint 0 .*: no time left"));
    assertThat(verdict.outcome()).isEqualTo(Outcome.UNDECIDED);
    assertThat(verdict.doubts())
        .extracting(Doubt::reason)
        .containsExactly(Doubt.Reason.NOT_OBSERVED);
  }

  @Test
  void anSvmThatWasObservedWithOtherContentsMayHaveRunOn() {
    RecordingVerdict verdict =
        analyze(observed(colo(), Memory.SVM, pages -> pages.raw(RAM, 0, 2), 0, 9, 9).end());
    assertThat(verdict.outcome()).isEqualTo(Outcome.DIVERGED);
    assertThat(verdict.remarks()).containsExactly(new Remark.RunningSvm(1, RAM, 2));
    assertThat(verdict.remarks().getFirst().text()).contains("have written some of the 2 pages");
  }

  @Test
  void evidenceOfALongHistoryIsLimited() {
    EventScript script = colo();
    int checkpoints = AnalysisSettings.EVIDENT_CHECKPOINTS + 3;
    for (int n = 0; n < checkpoints; n++) {
      observed(script, Memory.PVM, pages -> {}, 0, 9);
    }
    RecordingVerdict verdict = analyze(script.end());
    assertThat(verdict.compared().stream().filter(Compared::diverged)).hasSize(checkpoints);
    assertThat(verdict.compared().stream().filter(c -> !c.divergences().isEmpty()))
        .hasSize(AnalysisSettings.EVIDENT_CHECKPOINTS);
    assertThat(verdict.compared().getLast().divergences()).isEmpty();
  }

  @Test
  void aRecordingWithoutEndIsRemarked() {
    assertThat(analyze(colo()).remarks())
        .containsExactly(
            new Remark.Unfinished("it is still being written, or its recorder was killed"));
  }

  @Test
  void pagesOfAnInferredBlockAreRemarked() {
    EventScript script = colo();
    script.checkpoint(pages -> pages.zero(RAM, 0, 3).raw(RAM, 0, 5)).end();
    script.events().stream()
        .filter(event -> event.getKind() == Kind.PAGE && event.getCheckpoint() == 1)
        .forEach(event -> event.getPage().setBlockInferred(true));
    assertThat(analyze(script).remarks())
        .extracting(Remark::text)
        .first()
        .asString()
        .startsWith("4 pages");
  }

  /** A migration of one block with pages 0 to 3 filled with 1. */
  private static EventScript colo() {
    return EventScript.withReturnPath()
        .coloMigration(
            RAM,
            LENGTH,
            pages -> {
              for (int page = 0; page < 4; page++) {
                pages.raw(RAM, (long) page * PAGE, 1);
              }
            });
  }

  /** Adds a checkpoint with an observation of consecutive pages, each filled with one byte. */
  private static EventScript observed(
      EventScript script, Memory memory, Consumer<EventScript> pages, int first, int... fills) {
    return script
        .request()
        .pages(pages)
        .deviceState()
        .received()
        .loaded()
        .event(
            Kind.OBSERVATION, event -> event.setObservation(observation(memory, RAM, first, fills)))
        .seal(true);
  }

  private static Observation observation(Memory memory, String block, int first, int... fills) {
    ByteBuffer digests = ByteBuffer.allocate(fills.length * PageDigest.BYTES);
    List<ObservedPage> contents = new ArrayList<>();
    for (int i = 0; i < fills.length; i++) {
      byte[] page = new byte[PAGE];
      Arrays.fill(page, (byte) fills[i]);
      digests.put(PageDigest.of(page, 0, PAGE).toEvent().bytes());
      contents.add(new ObservedPage((long) (first + i) * PAGE, ByteBuffer.wrap(page)));
    }
    return new Observation(memory, block, (long) first * PAGE, PAGE, digests.flip(), contents);
  }

  private static Event lastPage(EventScript script, long offset, int below) {
    return script.events().stream()
        .filter(event -> event.getKind() == Kind.PAGE && event.getCheckpoint() < below)
        .filter(event -> event.getPage().getOffset() == offset)
        .reduce((before, after) -> after)
        .orElseThrow();
  }

  private List<Divergence> evidence(EventScript script, int pages) {
    return analyze(script, settings().withEvidence(pages))
        .firstDivergent()
        .orElseThrow()
        .divergences();
  }

  private AnalysisSettings settings() {
    return AnalysisSettings.of(new ScratchSpace(scratch));
  }

  private RecordingVerdict analyze(EventScript script) {
    return analyze(script, settings());
  }

  private static RecordingVerdict analyze(EventScript script, AnalysisSettings settings) {
    return Analysis.of(script.source(), settings, checkpoint -> {});
  }
}
