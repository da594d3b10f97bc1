package org.colotape.analyzer.cli.show;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.colotape.recorder.fixture.MigrationStreamBuilder;
import org.colotape.recorder.fixture.Parsing;
import org.colotape.recorder.fixture.ReturnPathBuilder;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.junit.jupiter.api.Test;

/** What lines say of commands and answers, beside their names. */
class PayloadTest {
  @Test
  void commandsOfPostcopySayTheirPayloads() {
    MigrationStreamBuilder stream =
        MigrationStreamBuilder.stream()
            .command(2, (byte) 0, (byte) 0, (byte) 0, (byte) 7)
            .command(3, longs(0x20_1000, 4096))
            .command(6, discard("pc.ram", 0x1000, 0x3000, 0x10000, 0x1000))
            .packaged(inner -> inner.command(4).command(5))
            .command(10, name("pc.ram"))
            .command(9);

    assertThat(texts(Parsing.stream(stream.bytes()).of(Kind.MIG_COMMAND)))
        .containsExactly(
            "PING (2), 4 bytes: number 7",
            "POSTCOPY_ADVISE (3), 16 bytes: page sizes of all blocks together 0x201000,"
                + " of the target 4096",
            "POSTCOPY_RAM_DISCARD (6), 41 bytes: pc.ram 0x1000 to 0x3fff, 0x10000 to 0x10fff",
            "PACKAGED (7), 4 bytes: a package of 10 bytes",
            "POSTCOPY_LISTEN (4), 0 bytes",
            "POSTCOPY_RUN (5), 0 bytes",
            "RECV_BITMAP (10), 7 bytes: of block pc.ram",
            "POSTCOPY_RESUME (9), 0 bytes");
  }

  @Test
  void answersSayTheirPayloads() {
    ReturnPathBuilder answers =
        new ReturnPathBuilder()
            .pong(7)
            .frame(3, concat(longs(0x8000), ints(4096), name("vga.vram")))
            .requestPages(0x9000, 8192)
            .bitmap("pc.ram", 0x0f0fL, 1L)
            .frame(6, ints(1))
            .frame(1, ints(0))
            .frame(1, ints(5));

    assertThat(texts(Parsing.returnPath(answers.bytes()).of(Kind.RETURN_MESSAGE)))
        .containsExactly(
            "PONG (2), 4 bytes: number 7",
            "REQ_PAGES_ID (3), 21 bytes: 0x8000 to 0x8fff of block vga.vram",
            "REQ_PAGES (4), 12 bytes: 0x9000 to 0xafff of the same block as before",
            "RECV_BITMAP (5), 7 bytes: of block pc.ram",
            "RECV_BITMAP (5), 32 bytes: the bitmap: 9 pages were received",
            "RESUME_ACK (6), 4 bytes: value 1",
            "SHUT (1), 4 bytes: no error",
            "SHUT (1), 4 bytes: error 5");
  }

  @Test
  void ofAPayloadThatCannotBeReadOnlyTheLengthIsSaid() {
    byte[] open = discard("pc.ram", 0x1000, 0x3000);
    open[8] = 'x';

    assertThat(
            texts(
                Parsing.stream(MigrationStreamBuilder.stream().command(6, open).bytes())
                    .of(Kind.MIG_COMMAND)))
        .containsExactly("POSTCOPY_RAM_DISCARD (6), 25 bytes");
  }

  private static List<String> texts(List<Event> events) {
    return events.stream()
        .map(EventLine::of)
        .map(line -> line.replaceFirst(".* (MIG_COMMAND|RETURN_MESSAGE) +", ""))
        .toList();
  }

  private static byte[] discard(String block, long... ranges) {
    return concat(new byte[1], name(block), new byte[1], longs(ranges));
  }

  private static byte[] name(String name) {
    return concat(new byte[] {(byte) name.length()}, name.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static byte[] longs(long... values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * Long.BYTES);
    bytes.asLongBuffer().put(values);
    return bytes.array();
  }

  private static byte[] ints(int... values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * Integer.BYTES);
    bytes.asIntBuffer().put(values);
    return bytes.array();
  }

  private static byte[] concat(byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    ByteBuffer all = ByteBuffer.allocate(length);
    for (byte[] part : parts) {
      all.put(part);
    }
    return all.array();
  }
}
