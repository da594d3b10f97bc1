package org.colotape.analyzer.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.colotape.analyzer.diagnosis.ObservedPair.A;
import static org.colotape.analyzer.diagnosis.ObservedPair.B;
import static org.colotape.analyzer.diagnosis.ObservedPair.C;
import static org.colotape.analyzer.diagnosis.ObservedPair.D;
import static org.colotape.analyzer.diagnosis.ObservedPair.ONES;
import static org.colotape.analyzer.diagnosis.ObservedPair.ZEROS;
import static org.colotape.analyzer.diagnosis.ObservedPair.half;
import static org.colotape.analyzer.diagnosis.ObservedPair.migrated;
import static org.colotape.analyzer.diagnosis.ObservedPair.seen;
import static org.colotape.analyzer.diagnosis.ObservedPair.sent;
import static org.colotape.analyzer.diagnosis.ObservedPair.sentDelta;
import static org.colotape.analyzer.diagnosis.ObservedPair.sentZero;
import static org.colotape.analyzer.diagnosis.ObservedPair.with;

import java.nio.file.Path;
import java.util.List;
import org.colotape.analyzer.diagnosis.Fault.Confidence;
import org.colotape.replayer.fixture.Xbzrle;
import org.colotape.replayer.rules.RuleSet;
import org.colotape.schema.event.Memory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How sure a cause is that rests on what contents equal. Page 1 is the one that goes wrong; what
 * the others hold decides what its contents prove.
 */
class ConfidenceTest {
  @TempDir Path scratch;

  // contents of another page

  @Test
  void whatOneOtherPageHoldsIsCertainlyOfAnotherPage() {
    found(
        migrated(sent(2, B)).checkpoint(List.of(sent(1, A)), seen(Memory.CACHE, 1, B)),
        Cause.OTHER_PAGE,
        Confidence.CERTAIN,
        "1 page has the contents of another page");
  }

  @Test
  void whatSeveralPagesHoldIsPossiblyOfAnotherPage() {
    found(
        migrated(sent(2, B), sent(3, B)).checkpoint(List.of(sent(1, A)), seen(Memory.CACHE, 1, B)),
        Cause.OTHER_PAGE,
        Confidence.POSSIBLE,
        "1 page of the cache holds what several other pages hold, too: contents of another page or"
            + " something else, which is not known");
  }

  @Test
  void zerosAreNobodysContents() {
    found(
        migrated(sentZero(2)).checkpoint(List.of(sent(1, A)), seen(Memory.CACHE, 1, ZEROS)),
        Cause.UNEXPLAINED,
        Confidence.POSSIBLE,
        "1 page of the cache holds zeros, as many pages do, so where that comes from is not known");
  }

  @Test
  void neitherAreThoseOfAFillEvenIfOnlyOneOtherPageHoldsThem() {
    found(
        migrated(sent(2, ONES)).checkpoint(List.of(sent(1, A)), seen(Memory.CACHE, 1, ONES)),
        Cause.UNEXPLAINED,
        Confidence.POSSIBLE,
        "1 page of the cache holds one byte over and over, as many pages do, so where that comes"
            + " from is not known");
  }

  // stale

  @Test
  void anOlderVersionThatNoOtherPageHoldsIsCertainlyStale() {
    found(
        migrated(sent(1, A)).checkpoint(List.of(sent(1, B)), seen(Memory.CACHE, 1, A)),
        Cause.STALE,
        Confidence.CERTAIN,
        "1 page is as sent in checkpoint 0, an older version");
  }

  @Test
  void anOlderVersionOfZerosIsPossiblyStale() {
    found(
        migrated(sent(1, A))
            .checkpoint(List.of(sentZero(1)))
            .checkpoint(List.of(sent(1, B)), seen(Memory.CACHE, 1, ZEROS)),
        Cause.STALE,
        Confidence.POSSIBLE,
        "1 page of the cache holds zeros, as many pages do: stale or something else, which is not"
            + " known");
  }

  @Test
  void anOlderVersionThatAnotherPageHoldsMayBeThatPages() {
    found(
        migrated(sent(1, A), sent(2, A)).checkpoint(List.of(sent(1, B)), seen(Memory.CACHE, 1, A)),
        Cause.STALE,
        Confidence.POSSIBLE,
        "1 page of the cache holds what another page holds, too: stale or contents of another page"
            + " or something else, which is not known");
  }

  @Test
  void anOlderVersionThatThePvmSentAgainIsCertainlyStaleIfNoOtherPageHoldsIt() {
    found(
        migrated(sent(1, A))
            .checkpoint(List.of(sent(1, B)), seen(Memory.PVM, 1, B))
            .checkpoint(List.of(sent(1, A)), seen(Memory.PVM, 1, C)),
        Cause.STALE,
        Confidence.CERTAIN,
        "1 page is as sent in checkpoint 0, an older version");
  }

  @Test
  void zerosThatThePvmSentAgainArePossiblyStale() {
    found(
        migrated(sentZero(1))
            .checkpoint(List.of(sent(1, B)), seen(Memory.PVM, 1, B))
            .checkpoint(List.of(sentZero(1)), seen(Memory.PVM, 1, C)),
        Cause.STALE,
        Confidence.POSSIBLE,
        "1 page was sent and holds zeros, as many pages do: stale or something else, which is not"
            + " known");
  }

  // not in the cache

  @Test
  void zerosThatWereSeenInTheCacheArePossiblyAPageThatNeverGotThere() {
    found(
        migrated(sent(1, A), seen(Memory.CACHE, 1, ZEROS)),
        Cause.NOT_IN_CACHE,
        Confidence.POSSIBLE,
        "1 page of the cache holds zeros, as many pages do: not in the cache since the initial"
            + " migration or something else, which is not known");
  }

  @Test
  void whatTheRulesLeaveOutOfTheCacheIsCertainlyNotInIt() {
    ObservedPair pair = migrated(sent(1, A)).checkpoint(List.of(sent(2, B)));
    assertThat(pair.faults(scratch, RuleSet.SEED_2018))
        .extracting(Fault::cause, Fault::confidence)
        .contains(tuple(Cause.NOT_IN_CACHE, Confidence.CERTAIN));
  }

  // zero page not applied

  @Test
  void whatAPageHeldBeforeItCameAsZerosIsProofIfNoOtherPageHoldsIt() {
    found(
        migrated(sent(1, A)).checkpoint(List.of(sentZero(1)), seen(Memory.CACHE, 1, A)),
        Cause.ZERO_NOT_APPLIED,
        Confidence.CERTAIN,
        "1 page came as zeros, and kept old contents");
  }

  @Test
  void whatAPageHeldBeforeItCameAsZerosIsNoneIfOthersHoldIt() {
    found(
        migrated(sent(1, A), sent(2, A), sent(3, A))
            .checkpoint(List.of(sentZero(1)), seen(Memory.CACHE, 1, A)),
        Cause.ZERO_NOT_APPLIED,
        Confidence.POSSIBLE,
        "1 page of the cache holds what several other pages hold, too: zero page not applied or"
            + " contents of another page or something else, which is not known");
  }

  // torn

  @Test
  void halvesOfTwoVersionsThatNoOtherPageHoldsAreCertainlyTorn() {
    found(
        migrated(sent(1, A)).checkpoint(List.of(sent(1, B)), seen(Memory.CACHE, 1, half(B, A))),
        Cause.TORN,
        Confidence.CERTAIN,
        "1 page is half one version and half another");
  }

  @Test
  void aPageThatEndsInZerosIsPossiblyTorn() {
    found(
        migrated(sentZero(1))
            .checkpoint(List.of(sent(1, B)), seen(Memory.CACHE, 1, half(B, ZEROS))),
        Cause.TORN,
        Confidence.POSSIBLE,
        "1 page is half one version and half another; only a few bytes show it, or such as other"
            + " pages hold, too");
  }

  @Test
  void aHalfOfAVersionThatOtherPagesHoldIsPossiblyTorn() {
    found(
        migrated(sent(1, A), sent(2, A))
            .checkpoint(List.of(sent(1, B)), seen(Memory.CACHE, 1, half(B, A))),
        Cause.TORN,
        Confidence.POSSIBLE,
        "1 page is half one version and half another; only a few bytes show it, or such as other"
            + " pages hold, too");
  }

  @Test
  void versionsThatDifferInAFewBytesMakeAPossiblyTornPageThatMayBeDamaged() {
    byte[] next = with(with(A, 10, ~A[10]), 4000, ~A[4000]);
    found(
        migrated(sent(1, A))
            .checkpoint(List.of(sent(1, next)), seen(Memory.CACHE, 1, half(next, A))),
        Cause.TORN,
        Confidence.POSSIBLE,
        "1 page is half one version and half another; damaged bits would look the same");
  }

  @Test
  void aHalfVersionThatStoppedPvmSentIsCertainlyTorn() {
    found(
        migrated(sent(1, A)).checkpoint(List.of(sent(1, half(B, A))), seen(Memory.PVM, 1, B)),
        Cause.TORN,
        Confidence.CERTAIN,
        "1 page is half one version and half another");
  }

  @Test
  void oneThatTheRunningPvmSentMayHaveBeenWrittenOn() {
    found(
        migrated(sent(1, A), sent(1, half(B, A)), seen(Memory.PVM, 1, B)),
        Cause.TORN,
        Confidence.POSSIBLE,
        "1 page is half one version and half another; lost dirty bit would look the same");
  }

  // damaged bits

  @Test
  void aBitThatMakesContentsOfTheirOwnIsCertainlyDamaged() {
    found(
        migrated().checkpoint(List.of(sent(1, A)), seen(Memory.CACHE, 1, with(A, 7, A[7] ^ 4))),
        Cause.DAMAGED_BITS,
        Confidence.CERTAIN,
        "a few bits of 1 page are wrong");
  }

  @Test
  void aBitThatMakesTheContentsOfAnotherPageIsPossiblyDamaged() {
    byte[] near = with(A, 7, A[7] ^ 4);
    found(
        migrated(sent(2, near)).checkpoint(List.of(sent(1, A)), seen(Memory.CACHE, 1, near)),
        Cause.DAMAGED_BITS,
        Confidence.POSSIBLE,
        "1 page of the cache holds what another page holds, too: damaged bits or contents of"
            + " another page or something else, which is not known");
  }

  @Test
  void zerosInPlaceOfAPageWithOneBitAreNoDamagedBit() {
    found(
        migrated().checkpoint(List.of(sent(1, with(ZEROS, 7, 1))), seen(Memory.CACHE, 1, ZEROS)),
        Cause.UNEXPLAINED,
        Confidence.POSSIBLE,
        "1 page of the cache holds zeros, as many pages do, so where that comes from is not known");
  }

  // wrong XBZRLE base

  @Test
  void aDeltaOnAnotherBaseIsLikelyIfItsBytesTell() {
    byte[] next = half(A, B);
    byte[] other = half(C, B);
    found(
        migrated(sent(1, A))
            .checkpoint(List.of(sentDelta(1, Xbzrle.delta(A, next))), seen(Memory.CACHE, 1, other)),
        Cause.WRONG_XBZRLE_BASE,
        Confidence.LIKELY,
        "XBZRLE deltas of 1 page were applied to other contents");
  }

  @Test
  void aDeltaOfOneByteIsPossiblyOnAnotherBase() {
    byte[] next = with(A, 7, ~A[7]);
    found(
        migrated(sent(1, A))
            .checkpoint(
                List.of(sentDelta(1, Xbzrle.delta(A, next))),
                seen(Memory.CACHE, 1, with(C, 7, next[7]))),
        Cause.WRONG_XBZRLE_BASE,
        Confidence.POSSIBLE,
        "XBZRLE deltas of 1 page were applied to other contents; only a few bytes show it");
  }

  @Test
  void aDeltaWhoseBytesAnotherPageHoldsWithAllTheRestIsPossiblyOnAnotherBase() {
    byte[] other = half(C, B);
    found(
        migrated(sent(1, A), sent(2, other))
            .checkpoint(
                List.of(sentDelta(1, Xbzrle.delta(A, half(A, B)))), seen(Memory.CACHE, 1, other)),
        Cause.WRONG_XBZRLE_BASE,
        Confidence.POSSIBLE,
        "1 page of the cache holds what another page holds, too: wrong XBZRLE base or contents of"
            + " another page or something else, which is not known");
  }

  // lost dirty bit, never sent

  @Test
  void aPageThatWasSeenAsItWasSentAndIsNotAnyMoreLostItsDirtyBit() {
    found(
        migrated(sent(1, A), seen(Memory.PVM, 1, A))
            .checkpoint(List.of(sent(2, C)), seen(Memory.PVM, 1, ZEROS)),
        Cause.LOST_DIRTY_BIT,
        Confidence.CERTAIN,
        "1 page changed in the PVM between the initial migration and checkpoint 1, and that was"
            + " never sent");
  }

  @Test
  void onePerhapsThatThePvmWasNeverSeenToHold() {
    found(
        migrated(sent(1, A)).checkpoint(List.of(sent(2, C)), seen(Memory.PVM, 1, B)),
        Cause.LOST_DIRTY_BIT,
        Confidence.LIKELY,
        "1 page changed in the PVM between the initial migration and checkpoint 1, and that was"
            + " never sent; that the PVM ever held what was sent"
            + " was not seen");
  }

  @Test
  void aPageThatNoEventCarriedWasNeverSentWhateverOthersHold() {
    found(
        migrated(sent(2, A), sent(3, A), seen(Memory.PVM, 1, A)),
        Cause.NEVER_SENT,
        Confidence.CERTAIN,
        "1 page of the PVM was never sent");
  }

  // pages with the same cause, but not as surely so

  @Test
  void pagesOfWhichTheContentsAreProofAreFoundApartFromOthers() {
    ObservedPair pair =
        migrated(sent(1, A), sent(2, D), sent(3, D))
            .checkpoint(
                List.of(sent(1, B), sent(2, C)),
                seen(Memory.CACHE, 1, A),
                seen(Memory.CACHE, 2, D));
    assertThat(pair.faults(scratch))
        .extracting(fault -> fault.cause() + " " + fault.confidence() + " " + fault.pages())
        .containsExactly("STALE CERTAIN {ram=1}", "STALE POSSIBLE {ram=2}");
  }

  private void found(ObservedPair pair, Cause cause, Confidence confidence, String text) {
    assertThat(pair.faults(scratch))
        .extracting(fault -> fault.confidence() + " " + fault.cause() + ": " + fault.text())
        .containsExactly(confidence + " " + cause + ": " + text);
  }
}
