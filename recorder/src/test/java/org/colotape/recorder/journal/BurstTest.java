package org.colotape.recorder.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When what works behind the journal may take the processor. */
class BurstTest {
  private final Burst burst = new Burst(0);

  @ParameterizedTest
  @ValueSource(longs = {0, 100, 60_000})
  void aLongPauseEndsABurstOfThePrimaryHoweverLongItWas(long length) {
    sendFor(length);

    assertThat(burst.isOver(nanos(length + 100) - 1)).isFalse();
    assertThat(burst.isOver(nanos(length + 100))).isTrue();
  }

  @Test
  void anAnswerOfTheSecondaryIsFollowedByAShortPauseOnly() {
    sendFor(2000);

    burst.passed(true, nanos(2000));

    assertThat(burst.isOver(nanos(2010) - 1)).isFalse();
    assertThat(burst.isOver(nanos(2010))).isTrue();
  }

  @Test
  void anObservationBehindAnAnswerIsFollowedByAShortPauseToo() {
    burst.passed(true, nanos(2000));

    burst.goesOn(nanos(2040));

    assertThat(burst.isOver(nanos(2050) - 1)).isFalse();
    assertThat(burst.isOver(nanos(2050))).isTrue();
  }

  @Test
  void whatPassesBehindAPauseBeginsANewBurst() {
    sendFor(2000);

    burst.passed(false, nanos(3000));

    assertThat(burst.isOver(nanos(3099))).isFalse();
    assertThat(burst.isOver(nanos(3100))).isTrue();
  }

  private void sendFor(long millis) {
    for (long at = 0; at <= millis; at += 5) {
      burst.passed(false, nanos(at));
    }
  }

  private static long nanos(long millis) {
    return TimeUnit.MILLISECONDS.toNanos(millis);
  }
}
