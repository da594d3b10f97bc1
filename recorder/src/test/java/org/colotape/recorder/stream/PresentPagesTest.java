package org.colotape.recorder.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PresentPagesTest {
  @ParameterizedTest
  @ValueSource(ints = {8, 1 << 20, (1 << 20) + 8, (2 << 20) + 800})
  void aPageIsPresentIfItsBitIsSetInWhicheverPieceItIs(int length) {
    byte[] bitmap = new byte[length];
    new Random(length).nextBytes(bitmap);
    BitSet expected = BitSet.valueOf(bitmap);
    PresentPages pages = new PresentPages();

    pages.begin(8);
    pages.add(ByteBuffer.wrap(new byte[8]));
    pages.begin(length);
    for (int at = 0; at < length; at += Limits.PIECE_BYTES) {
      pages.add(ByteBuffer.wrap(bitmap, at, Math.min(Limits.PIECE_BYTES, length - at)).slice());
    }

    assertThat(IntStream.range(0, length * 8).allMatch(p -> pages.has(p) == expected.get(p)))
        .isTrue();
  }
}
