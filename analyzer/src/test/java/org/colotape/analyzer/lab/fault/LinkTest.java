package org.colotape.analyzer.lab.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.colotape.recorder.feed.Interference.Outlet;
import org.colotape.recorder.feed.Interference.Side;
import org.colotape.recorder.fixture.MigrationStreamBuilder;
import org.colotape.recorder.fixture.ReturnPathBuilder;
import org.colotape.recorder.stream.StreamParser;
import org.colotape.schema.event.Closing;
import org.colotape.schema.event.Direction;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.PageEncoding;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinkTest {
  private static final int PAGE = 4096;
  private static final String BLOCK = "pc.ram";

  private final List<String> seen = new ArrayList<>();
  private final List<String> report = new ArrayList<>();

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void whatIsNotDamagedPassesByteForByteInWhateverPiecesItComes(long seed) throws IOException {
    byte[] stream = stream();

    assertThat(passed(Link.watched(false, this::see, this::see), stream, seed)).isEqualTo(stream);
    assertThat(seen)
        .startsWith("REQUEST 1", "VMSTATE_SEND 1", "PAGES 1", "VMSTATE_SIZE 1", "REQUEST 2");
    assertThat(passed(damaging("drop@7"), stream, seed)).isEqualTo(stream);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void aDroppedPageKeepsWhatItWasAndItsNeighboursStandWhereTheyStood(long seed) throws IOException {
    Map<Long, Integer> pages = memory(passed(damaging("drop@2"), stream(), seed));

    // the first of the section named the block, which the next one does then
    assertThat(pages).containsEntry(1L, 0x11).containsEntry(2L, 0x22).containsEntry(3L, 0x23);
    assertThat(report).containsExactly("page 0x1000 of pc.ram was dropped in checkpoint 2");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void swappedPagesHaveEachOthersContents(long seed) throws IOException {
    assertThat(memory(passed(damaging("swap@2"), stream(), seed)))
        .containsEntry(1L, 0x22)
        .containsEntry(2L, 0x21)
        .containsEntry(3L, 0x23);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void aRepeatedPageIsWhatItWasInTheCheckpointBefore(long seed) throws IOException {
    assertThat(memory(passed(damaging("repeat:0x2000@2"), stream(), seed)))
        .containsEntry(1L, 0x21)
        .containsEntry(2L, 0x12)
        .containsEntry(3L, 0x23);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void aFlippedBitIsOneBitOfTheStream(long seed) throws IOException {
    byte[] stream = stream();
    byte[] passed = passed(damaging("flip:0x3000@1"), stream, seed);

    int bits = 0;
    for (int i = 0; i < stream.length; i++) {
      bits += Integer.bitCount((stream[i] ^ passed[i]) & 0xff);
    }
    assertThat(bits).isEqualTo(1);
  }

  @Test
  void aTruncatedPageIsHalfAPageShorter() throws IOException {
    byte[] stream = stream();

    Link link = damaging("truncate@1");
    assertThat(passed(link, stream, 1)).hasSize(stream.length - PAGE / 2);
    assertThat(link.hasDamaged()).isTrue();
  }

  @Test
  void aPageThatIsNotSentIsToldToBeMissing() throws IOException {
    byte[] stream = stream();

    Link link = damaging("drop:0x9000@2");
    assertThat(passed(link, stream, 1)).isEqualTo(stream);
    assertThat(report).singleElement().asString().contains("drop:0x9000@2 found no page");
    assertThat(link.hasDamaged()).isFalse();
  }

  @Test
  void whatTheWatchLetsGetLostIsMissingAndNothingElse() throws IOException {
    Link link = Link.watched(true, (moment, _) -> moment != Moment.VMSTATE_SEND, this::see);

    assertThat(passed(link, stream(), 3)).hasSize(stream().length - 2 * Integer.BYTES);
  }

  @Test
  void whatTheWatchBreaksIsPassedUpToThere() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Link link =
        Link.watched(
            false,
            (moment, _) -> {
              if (moment == Moment.VMSTATE_SIZE) {
                throw new IOException("cut");
              }
              return true;
            },
            this::see);

    assertThatThrownBy(
            () -> link.pass(Side.SVM, Direction.PVM_TO_SVM, ByteBuffer.wrap(stream()), into(out)))
        .hasMessage("cut");
    assertThat(out.toByteArray()).isEqualTo(Arrays.copyOf(stream(), out.size()));
    assertThat(out.size()).isGreaterThan(0);
  }

  @Test
  void answersAreWatchedWhereTheFaultIsAndWhereTheyArrive() throws IOException {
    byte[] answers = new ReturnPathBuilder().ready().checkpoint().checkpoint().bytes();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Link link = Link.watched(true, this::see, (moment, _) -> moment != Moment.VMSTATE_LOADED);

    link.pass(
        Side.SVM,
        Direction.SVM_TO_PVM,
        ByteBuffer.wrap(answers),
        bytes -> link.pass(Side.PVM, Direction.SVM_TO_PVM, bytes, into(out)));

    assertThat(seen).containsSubsequence("REPLY 0", "VMSTATE_RECEIVED 0", "VMSTATE_LOADED 0");
    assertThat(out.size()).isEqualTo(answers.length - 2 * Integer.BYTES);
  }

  @Test
  void answersBehindTheFramesOfAReturnPathAreWatchedAndTheFramesPass() throws IOException {
    byte[] frames = new ReturnPathBuilder().pong(2).pong(6).frame(1, new byte[4]).bytes();
    byte[] answers = new ReturnPathBuilder().raw(frames).ready().checkpoint().bytes();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Link link = Link.watched(true, this::see, (moment, _) -> moment == Moment.VMSTATE_RECEIVED);

    for (byte one : answers) {
      link.pass(
          Side.SVM,
          Direction.SVM_TO_PVM,
          ByteBuffer.wrap(new byte[] {one}),
          bytes -> link.pass(Side.PVM, Direction.SVM_TO_PVM, bytes, into(out)));
    }

    assertThat(seen).containsExactly("REPLY 0", "VMSTATE_RECEIVED 0", "VMSTATE_LOADED 0");
    assertThat(out.toByteArray())
        .isEqualTo(new ReturnPathBuilder().raw(frames).ready().received().bytes());
  }

  private Link damaging(String fault) {
    return Link.damaging(false, this::see, this::see, Fault.parse(fault), BLOCK, 0, report::add);
  }

  private boolean see(Moment moment, int checkpoint) {
    seen.add(moment + " " + checkpoint);
    return true;
  }

  /** Two checkpoints of three pages each: page n is filled with 0x10 * checkpoint + n. */
  private static byte[] stream() {
    MigrationStreamBuilder stream =
        MigrationStreamBuilder.stream()
            .enableColo()
            .ramSetup(new MigrationStreamBuilder.Block(BLOCK, 16L * PAGE))
            .ramEnd(ram -> ram.page(BLOCK, 0, 0x77).zeros(PAGE, 4))
            .device(0, "timer", new byte[40])
            .eof()
            .description();
    for (int n = 1; n <= 2; n++) {
      int fill = n << 4;
      stream.checkpoint(
          ram ->
              ram.page(BLOCK, PAGE, fill + 1).page(2L * PAGE, fill + 2).page(3L * PAGE, fill + 3),
          blob -> blob.device(0, "timer", new byte[40]));
    }
    return stream.bytes();
  }

  private static byte[] passed(Link link, byte[] stream, long seed) throws IOException {
    Random random = new Random(seed);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int at = 0; at < stream.length; ) {
      int count = Math.min(stream.length - at, 1 + random.nextInt(6000));
      ByteBuffer piece = ByteBuffer.wrap(stream, at, count);
      link.pass(
          Side.PVM,
          Direction.PVM_TO_SVM,
          piece,
          bytes -> link.pass(Side.SVM, Direction.PVM_TO_SVM, bytes, into(out)));
      at += count;
    }
    return out.toByteArray();
  }

  private static Outlet into(ByteArrayOutputStream out) {
    return bytes -> {
      byte[] copy = new byte[bytes.remaining()];
      bytes.get(bytes.position(), copy);
      out.write(copy);
    };
  }

  /** What each page is filled with in the end. */
  private static Map<Long, Integer> memory(byte[] stream) {
    Map<Long, Integer> pages = new TreeMap<>();
    StreamParser parser =
        new StreamParser(
            0,
            event -> {
              assertThat(event.getKind()).isNotEqualTo(Kind.OPAQUE);
              if (event.getKind() == Kind.PAGE
                  && event.getPage().getEncoding() == PageEncoding.RAW) {
                pages.put(event.getPage().getOffset() / PAGE, fill(event));
              }
            });
    parser.feed(ByteBuffer.wrap(stream));
    parser.end(Closing.FILE_ENDED, "done");
    return pages;
  }

  private static int fill(Event event) {
    return event.getWire().get(event.getWire().position() + event.getPage().getDataStart());
  }
}
