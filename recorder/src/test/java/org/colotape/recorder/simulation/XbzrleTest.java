package org.colotape.recorder.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class XbzrleTest {
  private static final int PAGE = 4096;

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void whatIsEncodedOfTwoPagesMakesTheSecondOfTheFirst(long seed) {
    Random random = new Random(seed);
    byte[] before = new byte[PAGE];
    random.nextBytes(before);
    byte[] now = before.clone();
    for (int i = 0; i < 20; i++) {
      now[random.nextInt(PAGE)]++;
    }

    byte[] delta = Xbzrle.encode(before, now);

    assertThat(delta.length).isLessThan(100);
    assertThat(Xbzrle.decode(delta, before)).isTrue();
    assertThat(before).isEqualTo(now);
  }

  @Test
  void equalPagesHaveNoDifference() {
    assertThat(Xbzrle.encode(new byte[PAGE], new byte[PAGE])).isEmpty();
  }

  @Test
  void aRunIsWrittenAsTwoNumbersAndItsBytes() {
    byte[] now = new byte[PAGE];
    now[200] = 7;
    now[201] = 8;
    assertThat(Xbzrle.encode(new byte[PAGE], now)).containsExactly((200 & 0x7f) | 0x80, 1, 2, 7, 8);
  }

  @Test
  void aRunBeyondTheEndOfThePageIsRefusedAndWhatIsBeforeItApplied() {
    byte[] page = new byte[8];
    assertThat(Xbzrle.decode(new byte[] {1, 2, 5, 6, 4, 2, 7, 8}, page)).isFalse();
    assertThat(page).containsExactly(0, 5, 6, 0, 0, 0, 0, 0);
  }
}
