package org.colotape.analyzer.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.colotape.analyzer.diagnosis.ObservedPair.A;
import static org.colotape.analyzer.diagnosis.ObservedPair.B;
import static org.colotape.analyzer.diagnosis.ObservedPair.C;
import static org.colotape.analyzer.diagnosis.ObservedPair.D;
import static org.colotape.analyzer.diagnosis.ObservedPair.ZEROS;
import static org.colotape.analyzer.diagnosis.ObservedPair.migrated;
import static org.colotape.analyzer.diagnosis.ObservedPair.seen;
import static org.colotape.analyzer.diagnosis.ObservedPair.sent;
import static org.colotape.analyzer.diagnosis.ObservedPair.sentZero;

import java.nio.file.Path;
import java.util.List;
import org.colotape.analyzer.diagnosis.Fault.Confidence;
import org.colotape.schema.event.Memory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How sure a cause is that rests on what SVM RAM equals, about a flush. */
class FlushConfidenceTest {
  @TempDir Path scratch;

  // not flushed

  @Test
  void whatTheLastFlushLeftIsLikelyNotFlushed() {
    found(
        migrated(sent(1, A)).checkpoint(List.of(sent(1, B)), seen(Memory.SVM, 1, A)),
        Cause.NOT_FLUSHED,
        Confidence.LIKELY,
        "1 page of SVM RAM kept what it had; the SVM's guest may have come to that again");
  }

  @Test
  void zerosThatTheLastFlushLeftArePossiblyNotFlushed() {
    found(
        migrated(sentZero(1)).checkpoint(List.of(sent(1, B)), seen(Memory.SVM, 1, ZEROS)),
        Cause.NOT_FLUSHED,
        Confidence.POSSIBLE,
        "1 page of SVM RAM holds zeros, as many pages do: not flushed or something else, which is"
            + " not known");
  }

  @Test
  void whatAnotherPageHoldsTooIsPossiblyNotFlushed() {
    found(
        migrated(sent(1, A), sent(2, A)).checkpoint(List.of(sent(1, B)), seen(Memory.SVM, 1, A)),
        Cause.NOT_FLUSHED,
        Confidence.POSSIBLE,
        "1 page of SVM RAM holds what another page holds, too: not flushed or contents of another"
            + " page or something else, which is not known");
  }

  @Test
  void whatTheSvmsGuestHadWrittenItMayHaveComeToAgain() {
    found(
        migrated(sent(1, A))
            .checkpoint(List.of(seen(Memory.SVM, 1, C), sent(1, B)), seen(Memory.SVM, 1, C)),
        Cause.NOT_FLUSHED,
        Confidence.LIKELY,
        "1 page of SVM RAM kept what it had; the SVM's guest had written that, and may have come to"
            + " it again");
  }

  @Test
  void whatAPageHadAgainAndAgainTheGuestMayHaveWritten() {
    found(
        migrated(sent(1, A))
            .checkpoint(List.of(sent(1, B)))
            .checkpoint(List.of(sent(1, A)))
            .checkpoint(List.of(sent(1, B)), seen(Memory.SVM, 1, A)),
        Cause.NOT_FLUSHED,
        Confidence.POSSIBLE,
        "1 page of SVM RAM kept what it had; written by the SVM after the flush would look the"
            + " same");
  }

  // written after the flush

  @Test
  void contentsOfTheirOwnAreLikelyWrittenAfterTheFlush() {
    found(
        migrated(sent(1, A)).checkpoint(List.of(sent(1, B)), seen(Memory.SVM, 1, C)),
        Cause.WRITTEN_AFTER_FLUSH,
        Confidence.LIKELY,
        "1 page was written by the SVM's guest behind the flush");
  }

  @Test
  void zerosArePossiblyWrittenAfterTheFlush() {
    found(
        migrated(sent(1, A)).checkpoint(List.of(sent(1, B)), seen(Memory.SVM, 1, ZEROS)),
        Cause.WRITTEN_AFTER_FLUSH,
        Confidence.POSSIBLE,
        "1 page of SVM RAM holds zeros, as many pages do: written by the SVM after the flush or"
            + " something else, which is not known");
  }

  // flushed too early

  @Test
  void aChangeOfTheStoppedSvmToWhatOnlyTheCacheHoldsIsCertainlyAFlush() {
    found(
        migrated(sent(1, A))
            .checkpoint(List.of(seen(Memory.SVM, 1, A), sent(1, B), seen(Memory.SVM, 1, B))),
        Cause.FLUSHED_TOO_EARLY,
        Confidence.CERTAIN,
        "1 page of SVM RAM was what the checkpoint brought before it was whole");
  }

  @Test
  void aChangeToZerosIsPossiblyOne() {
    found(
        migrated(sent(1, A))
            .checkpoint(List.of(seen(Memory.SVM, 1, A), sentZero(1), seen(Memory.SVM, 1, ZEROS))),
        Cause.FLUSHED_TOO_EARLY,
        Confidence.POSSIBLE,
        "1 page of SVM RAM was what the checkpoint brought before it was whole, or the SVM's guest"
            + " wrote the same: it holds what other pages hold, too");
  }

  @Test
  void withoutALookAtTheStoppedSvmItsGuestMayHaveWrittenIt() {
    found(
        migrated(sent(1, A)).checkpoint(List.of(sent(1, B), seen(Memory.SVM, 1, B))),
        Cause.FLUSHED_TOO_EARLY,
        Confidence.LIKELY,
        "1 page of SVM RAM was what the checkpoint brought before it was whole");
  }

  // needless work

  @Test
  void aNeedlessFlushIsLikelyForContentsOfTheirOwnAndPossibleForOthers() {
    ObservedPair pair =
        migrated(sent(1, A), sent(2, D), sent(3, D))
            .checkpoint(
                List.of(seen(Memory.SVM, 5, ZEROS), sent(6, B)),
                seen(Memory.SVM, 1, A),
                seen(Memory.SVM, 2, D),
                seen(Memory.SVM, 9, ZEROS));
    assertThat(pair.faults(scratch))
        .extracting(fault -> fault.cause() + " " + fault.confidence() + " " + fault.text())
        .containsExactly(
            "NEEDLESS_WORK LIKELY 1 page of SVM RAM was flushed although neither side had changed"
                + " it",
            "NEEDLESS_WORK POSSIBLE 2 pages of SVM RAM were flushed although neither side had"
                + " changed them, or the SVM's guest wrote the same: they hold what other pages"
                + " hold, too");
  }

  private void found(ObservedPair pair, Cause cause, Confidence confidence, String text) {
    assertThat(pair.faults(scratch))
        .extracting(fault -> fault.confidence() + " " + fault.cause() + ": " + fault.text())
        .containsExactly(confidence + " " + cause + ": " + text);
  }
}
