package org.colotape.schema.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumWriter;
import org.colotape.schema.event.ChannelEnd;
import org.colotape.schema.event.Closing;
import org.colotape.schema.event.Direction;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.Opaque;
import org.colotape.schema.event.RecordingId;
import org.colotape.schema.event.RecordingStart;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What recorders of schema versions 1 to 3 said in words is read as if they had said it in fields.
 */
class OldEventsTest {
  private static final int FIRST = 1;
  private static final int LAST = 3;

  @ParameterizedTest
  @CsvSource({
    "the stream ends in the middle of an element, true",
    "the return path ends in the middle of a message, true",
    "no element begins with byte 0x55, false"
  })
  void whetherAnOpaqueEventIsACutIsTakenFromItsReason(String reason, boolean cut)
      throws IOException {
    for (int version = FIRST; version <= LAST; version++) {
      Event event = event(Kind.OPAQUE);
      event.setOpaque(new Opaque(reason, "ram section 2", !cut));
      assertThat(written(version, event).getOpaque().getCut())
          .as("version %d", version)
          .isEqualTo(cut);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'PVM to SVM: tap at 127.0.0.1:4444 towards 127.0.0.1:4445', true",
    "'channel 0, PVM to SVM: file /data/p2s.bin', false"
  })
  void whetherARecordingWasLiveIsTakenFromItsSources(String source, boolean live)
      throws IOException {
    for (int version = FIRST; version <= LAST; version++) {
      Event event = event(Kind.RECORDING_START);
      event.setStart(new RecordingStart("old", "test", List.of(source), true, List.of(), !live));
      assertThat(written(version, event).getStart().getLive())
          .as("version %d", version)
          .isEqualTo(live);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "connection closed, CLOSED",
    "the tap was closed, STOPPED",
    "end of file, FILE_ENDED",
    "connection broken: Connection reset, BROKEN",
    "the recorder was killed, UNKNOWN"
  })
  void whatEndedAChannelIsTakenFromItsReason(String reason, Closing closing) throws IOException {
    for (int version = FIRST; version <= LAST; version++) {
      Event event = event(Kind.CHANNEL_END);
      event.setChannelEnd(new ChannelEnd(9L, true, reason, Closing.BROKEN_BY_SENDER));
      assertThat(written(version, event).getChannelEnd().getClosing())
          .as("version %d", version)
          .isEqualTo(closing);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theFieldsOfVersion4AreReadAsTheyWereWritten(boolean cut) {
    Event event = event(Kind.OPAQUE);
    event.setOpaque(new Opaque("the stream ends in the middle of an element", "", cut));
    EventCodec<Event> codec = EventCodec.events();
    Event read = codec.decode(ByteBuffer.wrap(codec.encode(event)), () -> "test");
    assertThat(read.getOpaque().getCut()).isEqualTo(cut);
  }

  /** The event as a recorder of that schema version wrote it, read by this one. */
  private static Event written(int version, Event event) throws IOException {
    Schema schema = SchemaVersions.of(Event.getClassSchema()).published().get(version - 1);
    SpecificData model = EventModel.create();
    model.setCustomCoders(false);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(SingleObject.header(schema));
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    new SpecificDatumWriter<Event>(schema, model).write(event, encoder);
    encoder.flush();
    return EventCodec.events().decode(ByteBuffer.wrap(out.toByteArray()), () -> "test");
  }

  private static Event event(Kind kind) {
    Event event = new Event();
    event.setRecording(new RecordingId(new byte[16]));
    event.setDirection(Direction.NONE);
    event.setStreamOffset(-1L);
    event.setWire(ByteBuffer.allocate(0));
    event.setKind(kind);
    event.setPageEnds(List.of());
    return event;
  }
}
