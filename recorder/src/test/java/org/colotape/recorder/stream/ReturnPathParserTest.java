package org.colotape.recorder.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.colotape.schema.event.ColoMessageType.CHECKPOINT_READY;
import static org.colotape.schema.event.ColoMessageType.CHECKPOINT_REPLY;
import static org.colotape.schema.event.ColoMessageType.VMSTATE_LOADED;
import static org.colotape.schema.event.ColoMessageType.VMSTATE_RECEIVED;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.colotape.recorder.fixture.Captures;
import org.colotape.recorder.fixture.Damage;
import org.colotape.recorder.fixture.Events;
import org.colotape.recorder.fixture.Parsing;
import org.colotape.recorder.fixture.ReturnPathBuilder;
import org.colotape.schema.event.Direction;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.ReturnMessage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** WIRE-FORMAT sections 1 and 5: what the secondary sends back. */
class ReturnPathParserTest {
  @Test
  void coloMessagesAreWordsOfFourBytes() {
    Events events = Parsing.returnPath(new ReturnPathBuilder().ready().checkpoint().bytes());

    assertThat(events.messages())
        .containsExactly(CHECKPOINT_READY, CHECKPOINT_REPLY, VMSTATE_RECEIVED, VMSTATE_LOADED);
    assertThat(events.all()).allMatch(event -> event.getDirection() == Direction.SVM_TO_PVM);
    assertThat(events.end().getAtBoundary()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "1, 4, SHUT",
    "2, 4, PONG",
    "3, 19, REQ_PAGES_ID",
    "4, 12, REQ_PAGES",
    "6, 4, RESUME_ACK",
    "7, 0, SWITCHOVER_ACK"
  })
  void messagesOfAnOrdinaryMigrationAreFramed(int type, int length, String name) {
    Events events =
        Parsing.returnPath(new ReturnPathBuilder().frame(type, new byte[length]).bytes());

    assertThat(events.only(Kind.RETURN_MESSAGE).getReply())
        .isEqualTo(new ReturnMessage(type, name, length));
    assertThat(events.only(Kind.RETURN_MESSAGE).getWire().remaining()).isEqualTo(4 + length);
  }

  @Test
  void coloMessagesMayComeBehindFramedOnes() {
    Events events = Parsing.returnPath(Captures.returnPath("7.2-colo-retpath").read());

    assertThat(events.opaque()).isEmpty();
    assertThat(events.kinds()).containsExactly(Kind.RETURN_MESSAGE, Kind.COLO_MESSAGE);
    assertThat(events.only(Kind.RETURN_MESSAGE).getReply().getName()).isEqualTo("PONG");
    assertThat(events.messages()).containsExactly(CHECKPOINT_READY);
  }

  @Test
  void theReturnPathOfAPostcopyIsFramed() {
    Events events = Parsing.returnPath(Captures.returnPath("7.2-postcopy").read());

    assertThat(events.opaque()).isEmpty();
    assertThat(events.of(Kind.RETURN_MESSAGE)).hasSizeGreaterThan(1);
    assertThat(events.end().getAtBoundary()).isTrue();
  }

  @Test
  void aBitmapOfReceivedPagesFollowsItsFrame() {
    Events events =
        Parsing.returnPath(
            new ReturnPathBuilder().bitmap("pc.ram", -1, 0x33, 7).pong(1).ready().bytes());

    assertThat(events.opaque()).isEmpty();
    assertThat(events.of(Kind.RETURN_MESSAGE))
        .extracting(event -> event.getReply().getName())
        .containsExactly("RECV_BITMAP", "RECV_BITMAP", "PONG");
    assertThat(events.of(Kind.RETURN_MESSAGE).get(1).getWire().remaining())
        .isEqualTo(8 + 3 * 8 + 8);
    assertThat(events.messages()).containsExactly(CHECKPOINT_READY);
  }

  @ParameterizedTest
  @ValueSource(ints = {(1 << 17) - 2, (1 << 17) - 1, 1 << 17, (3 << 17) + 5})
  void aLongBitmapIsCutIntoPieces(int words) {
    byte[] bytes = new ReturnPathBuilder().bitmap("pc.ram", new long[words]).pong(1).bytes();

    Events events = Parsing.returnPath(bytes);

    assertThat(events.opaque()).isEmpty();
    assertThat(events.wire()).isEqualTo(bytes);
    assertThat(events.of(Kind.RETURN_MESSAGE).getLast().getReply().getName()).isEqualTo("PONG");
    assertThat(events.of(Kind.RETURN_MESSAGE))
        .allMatch(event -> event.getWire().remaining() <= 1 << 20);
  }

  @Test
  void aBitmapWithoutItsEndMarkIsOpaqueAndTheReturnPathGoesOnBehindIt() {
    byte[] bytes = new ReturnPathBuilder().bitmap("pc.ram", -1, -1).ready().checkpoint().bytes();
    bytes[4 + 7 + 8 + 16] ^= 1;

    Events events = Parsing.returnPath(bytes);

    assertThat(events.opaque().getFirst().getReason())
        .isEqualTo("a received-pages bitmap without its end mark");
    assertThat(events.opaqueBytes()).isEqualTo(8 + 16 + 8);
    assertThat(events.messages()).hasSize(4);
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 7, (1L << 35) + 8, 1L << 63})
  void aBitmapOfAnImpossibleSizeIsOpaque(long size) {
    byte[] bytes = new ReturnPathBuilder().bitmap("pc.ram").ready().checkpoint().bytes();
    for (int i = 0; i < Long.BYTES; i++) {
      bytes[4 + 7 + i] = (byte) (size >>> (56 - 8 * i));
    }

    Events events = Parsing.returnPath(bytes);

    assertThat(events.opaque().getFirst().getReason())
        .isEqualTo("a received-pages bitmap of " + Long.toUnsignedString(size) + " bytes");
    assertThat(events.messages()).hasSize(4);
  }

  @Test
  void messagesThatOnlyThePrimarySendsAreOpaque() {
    Events events =
        Parsing.returnPath(
            new ReturnPathBuilder().ready().message(1).message(3).checkpoint().bytes());

    assertThat(events.opaque().getFirst().getReason())
        .isEqualTo("the secondary sends no COLO message 1");
    assertThat(events.opaqueBytes()).isEqualTo(8);
    assertThat(events.messages()).hasSize(4);
  }

  @Test
  void answersThatAreMissingOrComeTwiceAreKeptAsTheyCame() {
    Events events =
        Parsing.returnPath(
            new ReturnPathBuilder().ready().ready().reply().loaded().reply().reply().bytes());

    assertThat(events.opaque()).isEmpty();
    assertThat(events.messages()).hasSize(6);
  }

  @Test
  void damageInOneMessageLosesNoMoreThanThatMessageAndTheOneBehindIt() {
    ReturnPathBuilder builder = new ReturnPathBuilder().ready();
    IntStream.range(0, 50).forEach(i -> builder.checkpoint());
    byte[] bytes = builder.bytes();
    for (int i = 0; i < bytes.length; i++) {
      byte[] damaged = bytes.clone();
      damaged[i] ^= (byte) 0x90;

      Events events = Parsing.returnPath(damaged);

      assertThat(events.wire()).isEqualTo(damaged);
      assertThat(events.opaqueBytes()).as("damage at %d", i).isBetween(1L, 8L);
      assertThat(events.messages()).as("damage at %d", i).hasSizeBetween(149, 150);
    }
  }

  @Test
  void damageInAFrameLosesNoMoreThanThatFrame() {
    ReturnPathBuilder builder = new ReturnPathBuilder();
    IntStream.range(0, 20).forEach(i -> builder.requestPages(i * 0x1000L, 0x1000));
    byte[] bytes = builder.bytes();
    bytes[5 * 16] = 0x55;

    Events events = Parsing.returnPath(bytes);

    assertThat(events.of(Kind.RETURN_MESSAGE)).hasSize(19);
    assertThat(events.opaqueBytes()).isEqualTo(16);
  }

  @Test
  void zerosAreNotTakenForManyReadyMessages() {
    byte[] bytes = new ReturnPathBuilder().ready().message(9).checkpoint().bytes();

    Events events = Parsing.returnPath(Damage.replace(bytes, 8, 8, new byte[4096]));

    assertThat(events.opaqueBytes()).isBetween(4090L, 4100L);
    assertThat(events.messages()).hasSizeBetween(4, 5);
  }

  @Test
  void aReturnPathThatEndsInAMessageIsKeptUpToItsEnd() {
    byte[] bytes = new ReturnPathBuilder().ready().requestPages(0, 4096).bytes();

    Events events = Parsing.returnPath(Arrays.copyOf(bytes, bytes.length - 3));

    assertThat(events.opaqueBytes()).isEqualTo(13);
    assertThat(events.opaque().getFirst().getReason())
        .isEqualTo("the return path ends in the middle of a message");
    assertThat(events.end().getAtBoundary()).isFalse();
  }
}
