package org.colotape.recorder.feed;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.colotape.recorder.fixture.ReturnPathBuilder;
import org.colotape.schema.event.ColoMessageType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerScannerTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 7, 100})
  void theMessagesThatMayBeHeldAreFoundWhateverTheChunks(int chunk) {
    byte[] answers = new ReturnPathBuilder().ready().checkpoint().checkpoint().bytes();

    assertThat(found(answers, chunk))
        .containsExactly(
            "CHECKPOINT_REPLY before 8",
            "VMSTATE_LOADED before 16",
            "CHECKPOINT_REPLY before 20",
            "VMSTATE_LOADED before 28");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 7, 100})
  void behindTheFramesOfAReturnPathTheyAreFoundAsWell(int chunk) {
    // the payloads of frames look as messages do
    byte[] answers =
        new ReturnPathBuilder().pong(2).pong(6).frame(1, new byte[4]).ready().checkpoint().bytes();

    assertThat(found(answers, chunk))
        .containsExactly("CHECKPOINT_REPLY before 32", "VMSTATE_LOADED before 40");
  }

  @Test
  void aReturnPathThatGoesOnBehindItsEndWithoutReadyHoldsNone() {
    byte[] answers =
        new ReturnPathBuilder().frame(1, new byte[4]).pong(1).ready().checkpoint().bytes();

    assertThat(found(answers, 4)).isEmpty();
  }

  @Test
  void eachMessageIsWholeOnlyWithItsLastByte() {
    byte[] answers =
        new ReturnPathBuilder().pong(1).frame(1, new byte[4]).ready().checkpoint().bytes();
    AnswerScanner scanner = new AnswerScanner();
    List<Integer> ends = new ArrayList<>();
    for (int at = 0; at < answers.length; at++) {
      if (scanner.take(answers[at])) {
        ends.add(at + 1);
      }
    }

    assertThat(ends).containsExactly(8, 16, 20, 24, 28, 32);
    assertThat(scanner.message()).isEqualTo(ColoMessageType.VMSTATE_LOADED);
  }

  @Test
  void anOrdinaryReturnPathHoldsNone() {
    byte[] answers = new ReturnPathBuilder().pong(6).pong(2).message(2).message(6).bytes();

    assertThat(found(answers, 4)).isEmpty();
  }

  private static List<String> found(byte[] answers, int length) {
    AnswerScanner scanner = new AnswerScanner();
    List<String> found = new ArrayList<>();
    for (int at = 0; at < answers.length; at += length) {
      int count = Math.min(length, answers.length - at);
      ByteBuffer chunk = ByteBuffer.wrap(answers, at, count);
      for (ColoMessageType held = scanner.next(chunk); held != null; held = scanner.next(chunk)) {
        found.add(held + " before " + chunk.position());
      }
    }
    return found;
  }
}
