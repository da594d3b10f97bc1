package org.colotape.recorder.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.colotape.recorder.fixture.Chunking;
import org.colotape.recorder.fixture.Events;
import org.colotape.schema.event.Direction;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.Opaque;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A channel whose format is not read is kept in pieces of 1 MiB. */
class UnparsedChannelTest {
  private static final int PIECE = 1 << 20;

  @ParameterizedTest
  @ValueSource(ints = {0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE + 77})
  void everyByteIsInAPieceWhateverTheChunking(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);

    for (Chunking chunking :
        new Chunking[] {Chunking.whole(), Chunking.of(4093), Chunking.random(length)}) {
      Events events = new Events();
      chunking.feed(
          bytes, new UnparsedChannel(2, Direction.PVM_TO_SVM, "multifd is not parsed", events));

      assertThat(events.wire()).as("%s", chunking).isEqualTo(bytes);
      assertThat(events.of(Kind.OPAQUE)).hasSize((length + PIECE - 1) / PIECE);
      assertThat(events.of(Kind.OPAQUE))
          .extracting(Event::getOpaque)
          .allMatch(new Opaque("multifd is not parsed", "channel 2", false)::equals);
      assertThat(events.all()).allMatch(event -> event.getChannel() == 2);
      assertThat(events.end().getAtBoundary()).isTrue();
    }
  }
}
