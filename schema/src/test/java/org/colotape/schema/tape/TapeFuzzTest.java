package org.colotape.schema.tape;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.specific.SpecificDatumWriter;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.codec.EventCodec;
import org.colotape.schema.event.Event;
import org.colotape.schema.log.SampleEvents;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/**
 * Any bytes as a tape, as what comes behind the head of one, and as the events of one block: events
 * in their order, or one line; and from any event on the same ones.
 */
class TapeFuzzTest {
  private static final int MARK = 16;
  private static final int MOST_EVENTS = 50;

  @TempDir private static Path folder;
  private static byte[] head;

  @BeforeAll
  static void writeHead() throws IOException {
    Path tape = folder.resolve("head.tape");
    try (var writer = new DataFileWriter<>(new SpecificDatumWriter<>(Event.class))) {
      writer.setMeta(
          TapeFormat.RECORDING_KEY,
          EventCodec.recordings().encode(SampleEvents.catalogueEntry("name", 1)));
      writer.create(Event.getClassSchema(), tape.toFile());
    }
    head = Files.readAllBytes(tape);
  }

  @FuzzTest
  void anyBytesAreEventsOrRefusedInOneLine(byte[] input) throws IOException {
    read(input);
    byte[] blocks = Arrays.copyOf(head, head.length + input.length);
    System.arraycopy(input, 0, blocks, head.length, input.length);
    read(blocks);
    if (input.length > 0) {
      read(block(input));
    }
  }

  /** The head, and a block of the input's bytes but for the first, which counts its events. */
  private static byte[] block(byte[] input) {
    byte[] lead = {(byte) (2 * (input[0] & 31)), (byte) 0x80, (byte) 0x80, (byte) 0x80, 0};
    int length = 2 * (input.length - 1);
    for (int i = 0; i < 3; i++) {
      lead[1 + i] |= (byte) ((length >> (7 * i)) & 0x7f);
    }
    byte[] tape = Arrays.copyOf(head, head.length + lead.length + input.length - 1 + MARK);
    int at = head.length;
    System.arraycopy(lead, 0, tape, at, lead.length);
    System.arraycopy(input, 1, tape, at + lead.length, input.length - 1);
    System.arraycopy(head, head.length - MARK, tape, tape.length - MARK, MARK);
    return tape;
  }

  private static void read(byte[] bytes) throws IOException {
    Path file = folder.resolve("any.tape");
    Files.write(file, bytes);
    long events = 0;
    Event last = null;
    try (TapeSource source = TapeSource.open(file)) {
      for (Event event = source.next(); event != null; event = source.next()) {
        assertThat(event.getSeq()).isEqualTo(events);
        last = event;
        events++;
      }
    } catch (ColotapeException e) {
      assertThat(e.getMessage()).contains(file.toString()).doesNotContain("\n");
    }
    if (last != null && events < MOST_EVENTS) {
      try (TapeSource source = TapeSource.openFrom(file, events - 1)) {
        assertThat(source.next()).isEqualTo(last);
      }
    }
  }
}
