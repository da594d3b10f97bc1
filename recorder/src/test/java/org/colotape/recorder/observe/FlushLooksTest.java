package org.colotape.recorder.observe;

import static org.assertj.core.api.Assertions.assertThat;

import org.colotape.schema.digest.PageDigest;
import org.junit.jupiter.api.Test;

/** One page, seen at three looks of each checkpoint; contents are numbers. */
class FlushLooksTest {
  private static final int PAGE = 0;

  private final FlushLooks looks = new FlushLooks();

  /** What the last flush made the page, as the primary said. */
  private int flushed = 1;

  @Test
  void aPageThatIsWhatWasSentWasFlushed() {
    assertThat(isTold(1, 2, 2, 2)).isTrue();
  }

  @Test
  void aPageThatWasWhatWasSentAtTheFirstLookWasFlushedWhateverTheGuestMakesOfItSince() {
    assertThat(isTold(1, 2, 2, 9)).isTrue();
  }

  @Test
  void aPageThatIsStillWhatItWasWasNot() {
    assertThat(isTold(1, 2, 1, 1)).isTrue();
  }

  @Test
  void ofAPageThatTheGuestHadWrittenBeforeNothingIsSaid() {
    assertThat(isTold(9, 2, 9, 9)).isFalse();
  }

  @Test
  void ofAPageThatGoesOnBetweenTwoLooksNothingIsSaid() {
    assertThat(isTold(1, 2, 1, 9)).isFalse();
  }

  @Test
  void ofAPageThatTheGuestEverWroteItIsNeverSaidThatItWasNotFlushed() {
    isTold(1, 2, 9, 2); // written behind the flush, and again

    assertThat(isTold(2, 3, 2, 2)).isFalse();
  }

  @Test
  void aPageThatStayedAsItWasFlushedIsNotTakenForTheGuests() {
    isTold(1, 2, 2, 2);

    assertThat(isTold(2, 3, 2, 2)).isTrue();
  }

  @Test
  void aFlushBetweenTheLooksIsNotTakenForTheGuests() {
    isTold(1, 2, 2, 2);
    flushed = 3; // in a checkpoint that was not observed

    assertThat(isToldAfter(false, 3, 4, 3, 3)).isTrue();
  }

  /** A checkpoint: what the page was before, what was said, what it was at two looks behind it. */
  private boolean isTold(int before, int said, int first, int second) {
    return isToldAfter(true, before, said, first, second);
  }

  private boolean isToldAfter(boolean next, int before, int said, int first, int second) {
    looks.beforeFlush(next).takes(PAGE, digest(before), digest(flushed));
    looks.afterFlush().takes(PAGE, digest(first), digest(said));
    PageDigest told = looks.settled(true, _ -> true).takes(PAGE, digest(second), digest(said));
    flushed = said;
    assertThat(told).isIn(null, digest(said), digest(second));
    return told != null;
  }

  private static PageDigest digest(int contents) {
    return PageDigest.of(new byte[] {(byte) contents}, 0, 1);
  }
}
