package org.colotape.recorder.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.colotape.recorder.fixture.MigrationStreamBuilder.stream;
import static org.colotape.recorder.fixture.SampleStreams.state;
import static org.colotape.schema.event.ColoMessageType.CHECKPOINT_READY;
import static org.colotape.schema.event.ColoMessageType.CHECKPOINT_REPLY;
import static org.colotape.schema.event.ColoMessageType.CHECKPOINT_REQUEST;
import static org.colotape.schema.event.ColoMessageType.VMSTATE_LOADED;
import static org.colotape.schema.event.ColoMessageType.VMSTATE_RECEIVED;
import static org.colotape.schema.event.ColoMessageType.VMSTATE_SEND;
import static org.colotape.schema.event.ColoMessageType.VMSTATE_SIZE;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.colotape.recorder.fixture.Chunking;
import org.colotape.recorder.fixture.MigrationStreamBuilder;
import org.colotape.recorder.fixture.ReturnPathBuilder;
import org.colotape.recorder.stream.StreamParser;
import org.colotape.schema.event.ColoMessageType;
import org.colotape.schema.event.Direction;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where files don't say when an answer was sent, the protocol does. */
class ReturnPathPacerTest {
  @TempDir Path folder;

  @Test
  void eachAnswerStandsWhereTheProtocolPutsIt() throws IOException {
    List<Event> merged = merge(colo(2), new ReturnPathBuilder().ready().checkpoint().checkpoint());

    assertThat(messages(merged))
        .containsExactly(
            CHECKPOINT_READY,
            CHECKPOINT_REQUEST,
            CHECKPOINT_REPLY,
            VMSTATE_SEND,
            VMSTATE_SIZE,
            VMSTATE_RECEIVED,
            VMSTATE_LOADED,
            CHECKPOINT_REQUEST,
            CHECKPOINT_REPLY,
            VMSTATE_SEND,
            VMSTATE_SIZE,
            VMSTATE_RECEIVED,
            VMSTATE_LOADED);
    Event received =
        merged.stream().filter(e -> isMessage(e, VMSTATE_RECEIVED)).findFirst().orElseThrow();
    assertThat(merged.get(merged.indexOf(received) - 1).getKind())
        .as("behind the whole blob")
        .isEqualTo(Kind.END_OF_SECTIONS);
  }

  @Test
  void framedMessagesStandBeforeTheAnswerBehindThem() throws IOException {
    List<Event> merged = merge(colo(1), new ReturnPathBuilder().pong(1).ready().checkpoint());

    assertThat(kindsOfAnswers(merged))
        .containsExactly(
            Kind.RETURN_MESSAGE,
            Kind.COLO_MESSAGE,
            Kind.COLO_MESSAGE,
            Kind.COLO_MESSAGE,
            Kind.COLO_MESSAGE,
            Kind.CHANNEL_END);
    assertThat(messages(merged)).startsWith(CHECKPOINT_READY, CHECKPOINT_REQUEST);
  }

  @Test
  void answersThatAreMissingHoldNothingUp() throws IOException {
    List<Event> merged = merge(colo(3), new ReturnPathBuilder().ready().reply());

    assertThat(messages(merged))
        .startsWith(
            CHECKPOINT_READY, CHECKPOINT_REQUEST, CHECKPOINT_REPLY, VMSTATE_SEND, VMSTATE_SIZE)
        .hasSize(3 * 3 + 2);
  }

  @Test
  void anEmptyReturnPathHoldsNothingUp() throws IOException {
    assertThat(messages(merge(colo(2), new ReturnPathBuilder()))).hasSize(6);
  }

  @Test
  void answersTooManyStandBehindTheStreamsEnd() throws IOException {
    List<Event> merged =
        merge(colo(1), new ReturnPathBuilder().ready().checkpoint().checkpoint().pong(2));

    assertThat(merged.getLast().getKind()).isEqualTo(Kind.CHANNEL_END);
    assertThat(messages(merged))
        .endsWith(VMSTATE_LOADED, CHECKPOINT_REPLY, VMSTATE_RECEIVED, VMSTATE_LOADED);
  }

  @Test
  void anAnswerThatCameTwiceStandsBeforeTheNextRequest() throws IOException {
    List<Event> merged =
        merge(
            colo(2), new ReturnPathBuilder().ready().checkpoint().loaded().received().checkpoint());

    assertThat(messages(merged))
        .containsSubsequence(
            VMSTATE_LOADED,
            VMSTATE_LOADED,
            VMSTATE_RECEIVED,
            CHECKPOINT_REQUEST,
            CHECKPOINT_REPLY,
            VMSTATE_RECEIVED,
            VMSTATE_LOADED);
  }

  @Test
  void answersToABlobWhoseEndWasLostStandBeforeTheNextRequest() throws IOException {
    byte[] lost =
        initial()
            .request()
            .vmstateSend()
            .ramEnd(ram -> ram.page("pc.ram", 0x1000, 2))
            .eof()
            .vmstateSize(3)
            .raw((byte) 0x99, (byte) 0x99, (byte) 0x99)
            .with(ReturnPathPacerTest::checkpoint)
            .bytes();

    List<Event> merged = merge(lost, new ReturnPathBuilder().ready().checkpoint().checkpoint());

    assertThat(messages(merged))
        .containsExactly(
            CHECKPOINT_READY,
            CHECKPOINT_REQUEST,
            CHECKPOINT_REPLY,
            VMSTATE_SEND,
            VMSTATE_SIZE,
            VMSTATE_RECEIVED,
            VMSTATE_LOADED,
            CHECKPOINT_REQUEST,
            CHECKPOINT_REPLY,
            VMSTATE_SEND,
            VMSTATE_SIZE,
            VMSTATE_RECEIVED,
            VMSTATE_LOADED);
  }

  @Test
  void answersThatCannotBeParsedArePassedOnWhereTheyStand() throws IOException {
    List<Event> merged =
        merge(colo(1), new ReturnPathBuilder().ready().reply().message(0x7777).received().loaded());

    assertThat(kindsOfAnswers(merged))
        .containsExactly(
            Kind.COLO_MESSAGE,
            Kind.COLO_MESSAGE,
            Kind.OPAQUE,
            Kind.COLO_MESSAGE,
            Kind.COLO_MESSAGE,
            Kind.CHANNEL_END);
    assertThat(messages(merged)).endsWith(VMSTATE_SIZE, VMSTATE_RECEIVED, VMSTATE_LOADED);
  }

  @Test
  void noByteOfEitherDirectionIsLostWhateverTheAnswers() throws IOException {
    ReturnPathBuilder answers =
        new ReturnPathBuilder().loaded().reply().pong(3).ready().ready().received().message(99);

    List<Event> merged = merge(colo(2), answers);

    assertThat(
            merged.stream()
                .filter(event -> event.getDirection() == Direction.SVM_TO_PVM)
                .mapToLong(event -> event.getWire().remaining())
                .sum())
        .isEqualTo(answers.position());
    assertThat(
            merged.stream()
                .filter(event -> event.getDirection() == Direction.SVM_TO_PVM)
                .map(Event::getStreamOffset)
                .toList())
        .isSorted();
  }

  private List<Event> merge(byte[] stream, ReturnPathBuilder answers) throws IOException {
    Path file = Files.write(folder.resolve("s2p"), answers.bytes());
    List<Event> merged = new ArrayList<>();
    try (ReturnPathFile returnPath = new ReturnPathFile(new CapturedFile(file))) {
      ReturnPathPacer pacer = new ReturnPathPacer(merged::add, returnPath);
      Chunking.whole().feed(stream, new StreamParser(0, pacer));
      pacer.end();
    }
    return merged;
  }

  private static List<ColoMessageType> messages(List<Event> events) {
    return events.stream()
        .filter(event -> event.getKind() == Kind.COLO_MESSAGE)
        .map(event -> event.getMessage().getType())
        .toList();
  }

  private static List<Kind> kindsOfAnswers(List<Event> events) {
    return events.stream()
        .filter(event -> event.getDirection() == Direction.SVM_TO_PVM)
        .map(Event::getKind)
        .toList();
  }

  private static boolean isMessage(Event event, ColoMessageType type) {
    return event.getKind() == Kind.COLO_MESSAGE && event.getMessage().getType() == type;
  }

  private static byte[] colo(int checkpoints) {
    MigrationStreamBuilder stream = initial();
    for (int i = 0; i < checkpoints; i++) {
      checkpoint(stream);
    }
    return stream.bytes();
  }

  private static MigrationStreamBuilder initial() {
    return stream()
        .enableColo()
        .ramSetup()
        .ramEnd(ram -> ram.page("pc.ram", 0, 1))
        .device(0, "timer", state(20))
        .eof()
        .description();
  }

  private static void checkpoint(MigrationStreamBuilder stream) {
    stream.checkpoint(
        ram -> ram.page("pc.ram", 0x1000, 2), blob -> blob.device(0, "timer", state(20)));
  }
}
