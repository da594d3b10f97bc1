package org.colotape.analyzer.qualification;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.colotape.analyzer.diagnosis.Cause;
import org.colotape.analyzer.diagnosis.Diagnosis;
import org.colotape.analyzer.diagnosis.Fault;
import org.colotape.analyzer.lab.RunEnd;
import org.colotape.analyzer.qualification.CaseResult.Kind;
import org.colotape.analyzer.verdict.Doubt;
import org.colotape.schema.event.Memory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A case is right only if its course was run, and enough of it was seen. */
class JudgeTest {
  private static final RunEnd COMPLETED = new RunEnd.Completed();
  private static final RunEnd TOOK_OVER = new RunEnd.TookOver(null);
  private static final RunEnd BROKEN = new RunEnd.Broken("pvm ended");

  @Test
  void aLoadWhoseMemoriesWereSeenAndAgreeIsRight() {
    CaseResult result = judge("load-hot", COMPLETED, Evidence.observed(20));
    assertThat(result.kind()).isEqualTo(Kind.RIGHT);
    assertThat(result.headline()).isEqualTo("checkpoints 20, observed: PVM 20, cache 20, SVM 20");
  }

  @Test
  void aMemoryThatDiffersIsWrongHoweverTheRunEnded() {
    Evidence evidence = Evidence.observed(1).lost();
    for (RunEnd end :
        List.of(
            COMPLETED,
            TOOK_OVER,
            BROKEN,
            new RunEnd.Stalled("nothing has passed"),
            new RunEnd.Died("svm", "Aborted"),
            new RunEnd.Failed("stopped"))) {
      CaseResult result = judge("load-hot", end, evidence);
      assertThat(result.kind()).as("%s", end).isEqualTo(Kind.WRONG);
      assertThat(result.headline()).startsWith("lost dirty bit in ram");
      assertThat(result.details())
          .anyMatch(line -> line.startsWith("diverged at checkpoint 2"))
          .contains("checkpoint 2, lost dirty bit: 3 pages were not sent");
    }
  }

  @Test
  void whatElseIsToBeSaidOfACaseWhoseMemoriesDifferIsSaid() {
    Evidence evidence = Evidence.observed(1).lost();
    assertThat(judge("link-lost", TOOK_OVER, evidence).details())
        .contains("all else was right: checkpoints 1, observed: PVM 1, cache 1, SVM 1");
    assertThat(judge("load-hot", COMPLETED, evidence).details())
        .contains("besides: not all checkpoints could be compared");
    assertThat(judge("link-lost", new RunEnd.NotTakenOver("paused"), evidence).headlines())
        .containsExactly("lost dirty bit in ram", "the secondary does not take over");
  }

  @Test
  void whatTheSecondarysGuestMayHaveWrittenIsUndecided() {
    assertUndecided(
        judge(
            "load-hot",
            COMPLETED,
            Evidence.observed(19).svmDiffers(Cause.NOT_FLUSHED, Fault.Confidence.POSSIBLE)),
        "its guest may have written it so: not flushed in ram",
        "not certain: checkpoint 20, not flushed: 3 pages are others");
    assertUndecided(
        judge(
            "load-hot",
            COMPLETED,
            Evidence.observed(19).svmDiffers(Cause.WRITTEN_AFTER_FLUSH, Fault.Confidence.LIKELY)),
        "its guest may have written it so: written by the SVM after the flush in ram",
        "all else was right: checkpoints 20");
  }

  @Test
  void whatNoGuestCanHaveWrittenIsWrongEvenIfItsCauseIsNotKnown() {
    Evidence likely = Evidence.observed(19).svmDiffers(Cause.NOT_FLUSHED, Fault.Confidence.LIKELY);
    Evidence possible =
        Evidence.observed(19).svmDiffers(Cause.NOT_FLUSHED, Fault.Confidence.POSSIBLE);
    assertThat(judge("load-hot", COMPLETED, likely).kind()).isEqualTo(Kind.WRONG);
    assertThat(judge("load-idle", COMPLETED, possible).kind()).isEqualTo(Kind.WRONG);
    assertThat(judge("load-hot", COMPLETED, Evidence.observed(19).lost()).kind())
        .isEqualTo(Kind.WRONG);
  }

  @Test
  void onlyWhatIsCertainIsSaidToBeWrong() {
    CaseResult result =
        judge(
            "load-hot",
            COMPLETED,
            Evidence.observed(18).lost().svmDiffers(Cause.NOT_FLUSHED, Fault.Confidence.POSSIBLE));
    assertThat(result.headlines()).containsExactly("lost dirty bit in ram");
    assertThat(result.details())
        .contains("not certain: checkpoint 20, not flushed: 3 pages are others");
  }

  @Test
  void fewerCheckpointsThanTheCourseHasAreUndecided() {
    assertUndecided(
        judge("load-hot", COMPLETED, Evidence.observed(19)), "not all checkpoints", "[20]");
  }

  @Test
  void aCheckpointThatWasNotComparedIsUndecided() {
    assertUndecided(
        judge("load-hot", COMPLETED, Evidence.observed(19).cut()), "not all checkpoints", "[20]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"PVM", "CACHE", "SVM"})
  void aMemoryThatWasSeenAtLessThanThreeOfFourCheckpointsIsUndecided(String hidden) {
    Memory[] others =
        Stream.of(Memory.PVM, Memory.CACHE, Memory.SVM)
            .filter(memory -> !memory.name().equals(hidden))
            .toArray(Memory[]::new);
    Evidence enough = Evidence.observed(15);
    Evidence little = Evidence.observed(14).seen(others);
    for (int i = 15; i < 20; i++) {
      enough.seen(others);
      little.seen(others);
    }
    assertThat(judge("load-hot", COMPLETED, enough).kind()).isEqualTo(Kind.RIGHT);
    assertUndecided(
        judge("load-hot", COMPLETED, little), "too little of the memories was observed", " 14");
  }

  @Test
  void aLoadUnderWhichTheGuestDirtiedNothingIsUndecided() {
    assertUndecided(
        judge("load-hot", COMPLETED, Evidence.observed(20, 0)),
        "the guest did not load the pair",
        "at 20 checkpoints");
  }

  @Test
  void aQuietGuestCountsAsSeenWhereNothingWasMissed() {
    Evidence quiet = Evidence.observed(1, 0);
    Evidence missed = Evidence.observed(1, 0);
    for (int i = 1; i < 20; i++) {
      quiet.seen();
      missed.seen().missed(Memory.CACHE, i + 1);
    }
    assertThat(judge("load-idle", COMPLETED, quiet).headline())
        .isEqualTo("checkpoints 20, observed: PVM 20, cache 20, SVM 20");
    assertUndecided(
        judge("load-idle", COMPLETED, missed), "too little of the memories", "cache 1, SVM 20");
  }

  @Test
  void aQuietGuestThatWasNeverSeenIsUndecided() {
    Evidence blind = new Evidence();
    for (int i = 0; i < 20; i++) {
      blind.seen();
    }
    assertUndecided(judge("load-idle", COMPLETED, blind), "too little", "PVM 0, cache 0, SVM 0");
  }

  @Test
  void whatWasNotRecordedIsUndecided() {
    assertThat(judge("load-hot", COMPLETED, (Diagnosis) null).headline())
        .isEqualTo("nothing was recorded");
  }

  @Test
  void aQemuThatRefusesOrEndsBeforeItsFirstCheckpointIsToldInItsOwnWords() {
    assertThat(judge("load-hot", new RunEnd.Refused("pvm", "no such capability"), (Diagnosis) null))
        .isEqualTo(new CaseResult.Refused("the primary refuses: no such capability"));
    assertThat(judge("load-hot", new RunEnd.Died("svm", "Assertion failed"), new Evidence().cut()))
        .isEqualTo(new CaseResult.Refused("the secondary ends by itself: Assertion failed"));
  }

  @Test
  void aQemuThatEndsBehindItsFirstCheckpointIsWrong() {
    CaseResult died =
        judge("load-hot", new RunEnd.Died("svm", "Assertion failed"), Evidence.observed(3));
    assertThat(died)
        .isEqualTo(
            new CaseResult.Wrong(
                "the secondary ends by itself: Assertion failed",
                List.of("checkpoint 3 was loaded before")));
    assertThat(
            judge("failover-reply", new RunEnd.Refused("svm", "not now"), Evidence.observed(1))
                .kind())
        .isEqualTo(Kind.WRONG);
  }

  @Test
  void aSecondaryThatDoesNotTakeOverIsWrong() {
    CaseResult result =
        judge("failover-reply", new RunEnd.NotTakenOver("paused"), Evidence.observed(1));
    assertThat(result)
        .isEqualTo(
            new CaseResult.Wrong("the secondary does not take over", List.of("it is paused")));
  }

  @Test
  void aPageOfAnUnfinishedCheckpointInTheSecondaryIsWrong() {
    assertThat(judge("failover-reply", new RunEnd.TookOver(true), Evidence.observed(1)).kind())
        .isEqualTo(Kind.WRONG);
    assertThat(judge("failover-reply", new RunEnd.TookOver(false), Evidence.observed(1)).kind())
        .isEqualTo(Kind.RIGHT);
  }

  @Test
  void aPairThatStandsStillIsUndecidedWithHowFarItCame() {
    RunEnd stalled = new RunEnd.Stalled("nothing has passed for 10 s");
    assertUndecided(
        judge("load-hot", stalled, Evidence.observed(1)),
        "the pair stands still behind checkpoint 1",
        "nothing has passed for 10 s");
    assertUndecided(
        judge("load-hot", stalled, new Evidence()),
        "the pair stands still before checkpoint 1",
        "nothing");
  }

  static Stream<String> failures() {
    return Course.failures().stream().map(Course::name);
  }

  @ParameterizedTest
  @MethodSource("failures")
  void aFailureIsRightIfItCameAndTheCheckpointBeforeItWasRight(String name) {
    boolean takesOver = course(name).failover() != null;
    RunEnd end = takesOver ? TOOK_OVER : BROKEN;
    assertThat(judge(name, end, Evidence.observed(1).cut()).kind()).isEqualTo(Kind.RIGHT);
    assertUndecided(judge(name, end, new Evidence().cut()), "not all checkpoints", "[1]");
    assertUndecided(
        judge(name, COMPLETED, Evidence.observed(3)), "what should go wrong did not", "Completed");
    assertUndecided(
        judge(name, takesOver ? BROKEN : TOOK_OVER, Evidence.observed(1)),
        "what should go wrong did not",
        "the run ended with");
  }

  @ParameterizedTest
  @EnumSource
  void aDoubtOfTheAnalysisLeavesALoadUndecided(Doubt.Reason reason) {
    assertUndecided(
        judge("load-hot", COMPLETED, Evidence.observed(20).doubt(reason)),
        "the analysis does not decide",
        "doubt of " + reason);
  }

  @ParameterizedTest
  @EnumSource
  void aFailureMayLeaveDoubtsThatComeOfBreakingThePairOnly(Doubt.Reason reason) {
    boolean ofBreaking =
        Set.of(
                "NOT_COMPARED",
                "NOT_CONFIRMED",
                "REFUSED",
                "BROKEN",
                "CHANNEL_CUT",
                "NOT_PARSED",
                "UNFINISHED")
            .contains(reason.name());
    assertThat(judge("link-lost", TOOK_OVER, Evidence.observed(1).cut().doubt(reason)).kind())
        .isEqualTo(ofBreaking ? Kind.RIGHT : Kind.UNDECIDED);
  }

  @Test
  void bytesThatCouldNotBeParsedMustNotBeOfACheckpointThatHadToBeWhole() {
    assertThat(judge("link-lost", TOOK_OVER, Evidence.observed(1).cut().unparsed(2)).kind())
        .isEqualTo(Kind.RIGHT);
    assertUndecided(
        judge("link-lost", TOOK_OVER, Evidence.observed(1).cut().unparsed(1)),
        "the analysis does not decide",
        "doubt of NOT_PARSED");
  }

  @Test
  void aMessageOutOfTurnMustNotBeOfACheckpointThatHadToBeWhole() {
    Doubt.Reason reason = Doubt.Reason.OUT_OF_TURN;
    assertThat(judge("link-lost", TOOK_OVER, Evidence.observed(1).cut().doubt(reason, 3)).kind())
        .isEqualTo(Kind.RIGHT);
    assertUndecided(
        judge("link-lost", TOOK_OVER, Evidence.observed(1).cut().doubt(reason, 1)),
        "the analysis does not decide",
        "doubt of OUT_OF_TURN");
  }

  private static void assertUndecided(CaseResult result, String headline, String detail) {
    assertThat(result.kind()).as("%s", result).isEqualTo(Kind.UNDECIDED);
    assertThat(result.headline()).contains(headline);
    assertThat(String.join("\n", result.details())).contains(detail);
  }

  private static CaseResult judge(String course, RunEnd end, Evidence evidence) {
    return judge(course, end, evidence.diagnosis());
  }

  private static CaseResult judge(String course, RunEnd end, @Nullable Diagnosis diagnosis) {
    return Judge.judge(course(course), end, diagnosis);
  }

  private static Course course(String name) {
    return Matrix.named("pc/plain/" + name).getFirst().course();
  }
}
