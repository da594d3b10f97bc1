package org.colotape.schema.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.avro.message.BinaryMessageEncoder;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.check.SoundEvents;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.Recording;
import org.colotape.schema.log.SampleEvents;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class EventCodecTest {
  private final EventCodec<Event> codec = EventCodec.events();

  static Stream<Event> events() {
    return SampleEvents.recording(1, 2, 20).stream();
  }

  @ParameterizedTest
  @MethodSource("events")
  void anEventComesBackEqual(Event event) {
    assertThat(decode(codec.encode(event))).isEqualTo(event);
  }

  @ParameterizedTest
  @MethodSource("events")
  void theBytesAreWhatAvroItselfWritesAndReads(Event event) throws Exception {
    Schema schema = Event.getClassSchema();

    byte[] bytes = codec.encode(event);

    assertThat(new BinaryMessageEncoder<Event>(EventModel.create(), schema).encode(event))
        .isEqualTo(ByteBuffer.wrap(bytes));
    assertThat(new BinaryMessageDecoder<Event>(EventModel.create(), schema).decode(bytes))
        .isEqualTo(event);
  }

  @Test
  void everyKindOfEventHasAShapeThatSurvives() {
    Schema schema = Event.getClassSchema();
    for (long seed = 0; seed < 200; seed++) {
      Event event = RandomEvents.next(schema, seed);

      assertThat(decode(codec.encode(event))).as("seed %d", seed).isEqualTo(event);
    }
  }

  /** Both of an event's texts and lists, and of its bytes. */
  @Test
  void aLengthThatIsALieCostsNoMemory() {
    Event event = SoundEvents.of(Kind.RECORDING_START);
    event.getStart().setName("the name");
    byte[] bytes = codec.encode(event);
    int refused = 0;
    for (int at = 10; at < bytes.length; at++) {
      byte[] lie = Arrays.copyOf(bytes, bytes.length + 4);
      System.arraycopy(bytes, at + 1, lie, at + 5, bytes.length - at - 1);
      // 2^30 - 1, or its negative, as Avro encodes it
      System.arraycopy(new byte[] {-2, -1, -1, -1, 7}, 0, lie, at, 5);
      try {
        decode(lie);
      } catch (ColotapeException e) {
        refused++;
        assertThat(e.getCause()).isInstanceOf(Exception.class);
      }
    }
    assertThat(refused).isGreaterThan(10);
  }

  @Test
  void anEventIsDecodedFromTheMiddleOfABufferWhichStaysAsItIs() {
    Event event = new SampleEvents(1).rawPage("pc.ram", 0);
    byte[] bytes = codec.encode(event);
    ByteBuffer buffer = ByteBuffer.allocate(bytes.length + 20).put(new byte[7]).put(bytes);
    buffer.flip().position(7);

    Event decoded = codec.decode(buffer, () -> "test");

    assertThat(decoded).isEqualTo(event);
    assertThat(buffer.position()).isEqualTo(7);
  }

  @Test
  void anEventOfAnUnknownSchemaIsRefusedAsNewer() {
    byte[] bytes = codec.encode(new SampleEvents(1).start());
    bytes[5] ^= 1;

    assertThatThrownBy(() -> decode(bytes))
        .isInstanceOf(ColotapeException.class)
        .hasMessage(
            "recorded with a newer schema (test): "
                + "read it with the Colotape version that wrote it, or a later one");
  }

  @Test
  void bytesOfAnotherProgramAreRefused() {
    assertThatThrownBy(() -> decode("{\"json\": true}".getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(ColotapeException.class)
        .hasMessageStartingWith("not an event (test)");
  }

  @Test
  void anEventThatIsCutAnywhereIsRefusedAsDamaged() {
    byte[] bytes = codec.encode(new SampleEvents(1).zeroRun("pc.ram", 0, 3));

    for (int length = 10; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> decode(cut))
          .as("cut to %d bytes", length)
          .isInstanceOf(ColotapeException.class)
          .hasMessageStartingWith("damaged event (test)");
    }
  }

  @Test
  void damageIsAnErrorOrAnotherEventButNothingElse() {
    byte[] bytes = codec.encode(new SampleEvents(1).observation(1));

    for (long seed = 0; seed < 2000; seed++) {
      Random random = new Random(seed);
      byte[] damaged = bytes.clone();
      for (int i = 0; i < 3; i++) {
        damaged[10 + random.nextInt(80)] = (byte) random.nextInt();
      }
      try {
        assertThat(decode(damaged)).as("seed %d", seed).isNotNull();
      } catch (ColotapeException e) {
        assertThat(e).as("seed %d", seed).hasMessageStartingWith("damaged event (test)");
      }
    }
  }

  @Test
  void severalThreadsShareACodec() {
    boolean same =
        IntStream.range(0, 2000)
            .parallel()
            .mapToObj(i -> new SampleEvents(i).rawPage("pc.ram", i * 4096L))
            .allMatch(event -> event.equals(decode(codec.encode(event))));

    assertThat(same).isTrue();
  }

  @Test
  void anEntryOfTheCatalogueComesBackEqual() {
    EventCodec<Recording> recordings = EventCodec.recordings();
    Recording recording = SampleEvents.catalogueEntry("sample", 3);

    ByteBuffer bytes = ByteBuffer.wrap(recordings.encode(recording));

    assertThat(recordings.decode(bytes, () -> "test")).isEqualTo(recording);
  }

  private Event decode(byte[] bytes) {
    return codec.decode(ByteBuffer.wrap(bytes), () -> "test");
  }
}
