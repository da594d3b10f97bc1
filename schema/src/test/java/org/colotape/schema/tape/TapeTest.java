package org.colotape.schema.tape;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.colotape.schema.log.EventAssertions.assertSameEvents;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.codec.EventCodec;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Recording;
import org.colotape.schema.event.RecordingState;
import org.colotape.schema.log.RecordingTotals;
import org.colotape.schema.log.SampleEvents;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TapeTest {
  private final List<Event> events = SampleEvents.recording(1, 3, 500);
  private final Recording recording = sealed(events);
  @TempDir private Path folder;
  private Path tape;

  @BeforeEach
  void nameTape() {
    tape = folder.resolve("sample.tape");
  }

  @Test
  void aTapeGivesBackItsEventsAndItsRecording() {
    write();

    try (TapeSource source = TapeSource.open(tape)) {
      assertThat(source.recording()).isEqualTo(recording);
    }
    assertSameEvents(read(), events);
  }

  @Test
  void aTapeCanBeReadFromAnyEventOn() {
    write();
    Tape seekable = Tape.of(tape);

    for (int from : List.of(0, 700, 1, events.size() - 1, events.size(), 9999)) {
      List<Event> rest = events.subList(Math.min(from, events.size()), events.size());
      try (TapeSource source = TapeSource.openFrom(tape, from)) {
        assertSameEvents(drain(source), rest);
      }
      try (TapeSource source = seekable.openFrom(from)) {
        assertSameEvents(drain(source), rest);
      }
    }
  }

  @Test
  void whatComesBeforeIsNotReadByASourceThatBeginsLate() throws IOException {
    write();
    try (FileChannel file = FileChannel.open(tape, StandardOpenOption.WRITE)) {
      file.write(ByteBuffer.allocate(64), file.size() / 4);
    }

    try (TapeSource source = TapeSource.openFrom(tape, 1200)) {
      assertSameEvents(drain(source), events.subList(1200, events.size()));
    }
    assertThatThrownBy(this::read).isInstanceOf(ColotapeException.class);
  }

  @Test
  void whatLiesBeforeADamageCanBeReadAndTheDamageIsNoticed() throws IOException {
    write();
    try (FileChannel file = FileChannel.open(tape, StandardOpenOption.WRITE)) {
      file.truncate(file.size() / 2);
    }

    try (TapeSource source = TapeSource.openFrom(tape, 300)) {
      assertThat(source.next()).isEqualTo(events.get(300));
    }
    assertThatThrownBy(() -> TapeSource.openFrom(tape, 1200))
        .isInstanceOf(ColotapeException.class)
        .hasMessageStartingWith("tape is damaged or cut behind event ");
  }

  @Test
  void everyTapeHasAnIdentityOfItsOwn() throws IOException {
    write();
    Path copy = Files.copy(tape, folder.resolve("copy.tape"));
    Path other = folder.resolve("other.tape");
    try (TapeSink sink = TapeSink.create(other, recording)) {
      events.forEach(sink::accept);
    }

    assertThat(Tape.of(copy).identity()).isEqualTo(Tape.of(tape).identity()).matches("[0-9a-f-]+");
    assertThat(Tape.of(other).identity()).isNotEqualTo(Tape.of(tape).identity());
  }

  @Test
  void aTapeIsAnAvroContainerFileThatOtherProgramsRead() throws IOException {
    write();

    try (var reader =
        new DataFileReader<GenericRecord>(tape.toFile(), new GenericDatumReader<>())) {
      assertThat(reader.getMetaString("avro.codec")).isEqualTo("zstandard");
      assertThat(reader.next().get("seq")).isEqualTo(0L);
    }
  }

  @Test
  void aFileThatExistsIsNotOverwritten() throws IOException {
    Files.writeString(tape, "mine");

    assertThatThrownBy(() -> TapeSink.create(tape, recording))
        .isInstanceOf(ColotapeException.class)
        .hasMessageStartingWith("file exists (" + tape + ")");
    assertThat(tape).hasContent("mine");
  }

  @Test
  void aFolderThatDoesNotExistIsNamed() {
    Path nowhere = folder.resolve("nowhere/sample.tape");

    assertThatThrownBy(() -> TapeSink.create(nowhere, recording))
        .isInstanceOf(ColotapeException.class)
        .hasMessageStartingWith("cannot write tape")
        .hasMessageContaining(nowhere.toString());
  }

  @Test
  void aTapeThatDoesNotExistIsNamed() {
    assertThatThrownBy(() -> TapeSource.open(tape))
        .isInstanceOf(ColotapeException.class)
        .hasMessage("no such file (" + tape + "): check the path of the tape");
  }

  @Test
  void aFileThatIsNoTapeIsRefused() throws IOException {
    Files.writeString(tape, "QEVM, but not a tape");

    assertThatThrownBy(() -> TapeSource.open(tape))
        .isInstanceOf(ColotapeException.class)
        .hasMessageStartingWith("not a tape (" + tape + ")");
  }

  @Test
  void anAvroFileThatIsNoTapeIsRefused() throws IOException {
    try (var writer = new DataFileWriter<>(new GenericDatumWriter<GenericRecord>())) {
      writer.create(Event.getClassSchema(), tape.toFile());
    }

    assertThatThrownBy(() -> TapeSource.open(tape))
        .isInstanceOf(ColotapeException.class)
        .hasMessageStartingWith("not a tape (" + tape + ")");
  }

  @Test
  void aTapeOfANewerSchemaIsRefused() throws IOException {
    String newer =
        Event.getClassSchema()
            .toString()
            .replace(
                "{\"name\":\"seq\"",
                "{\"name\":\"added\",\"type\":\"int\",\"default\":0},{\"name\":\"seq\"");
    try (var writer = new DataFileWriter<>(new GenericDatumWriter<GenericRecord>())) {
      writer.setMeta(TapeFormat.RECORDING_KEY, EventCodec.recordings().encode(recording));
      writer.create(new Schema.Parser().parse(newer), tape.toFile());
    }

    assertThatThrownBy(() -> TapeSource.open(tape))
        .isInstanceOf(ColotapeException.class)
        .hasMessageStartingWith("recorded with a newer schema (" + tape + ")");
  }

  @ParameterizedTest
  @MethodSource("headsThatLie")
  void aHeadWhoseLengthsLieIsRefusedAndCostsNoMemory(byte[] head) throws IOException {
    Files.write(tape, head);

    assertThatThrownBy(() -> TapeSource.open(tape))
        .isInstanceOf(ColotapeException.class)
        .hasMessageStartingWith("not a tape (" + tape + ")");
  }

  static Stream<byte[]> headsThatLie() {
    return Stream.of(
            "4f626a01 02 feffffff0f 61", // a key of 2 GiB
            "4f626a01 02 02 61 feffffff0f 62", // a value of 2 GiB
            "4f626a01 80808080808040 02 61 02 62", // 2^47 entries
            "4f626a01 01 02 0261 0262", // a negative number of them, of two bytes
            "4f626a01 ffffffffffffffffff01 02", // the least number of them
            "4f626a01 02 01 61", // a key of -1 bytes
            "4f626a01") // nothing
        .map(digits -> HexFormat.of().parseHex(digits.replace(" ", "")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"feffffff0f", "feffffffffffffffff01", "01", "feff3f"})
  void aBlockWhoseLengthIsALieIsDamage(String length) throws IOException {
    writeBlock("08" + length + "0000");

    assertThatThrownBy(this::read)
        .isInstanceOf(ColotapeException.class)
        .hasMessageStartingWith("tape is damaged or cut behind event -1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"01", "feffffffffffffffff01"})
  void aBlockWhoseNumberOfEventsIsALieIsDamage(String count) throws IOException {
    writeBlock(count + "00");

    assertThatThrownBy(this::read)
        .isInstanceOf(ColotapeException.class)
        .hasMessageStartingWith("tape is damaged or cut behind event -1");
  }

  /** The writer's own file with what comes behind its head replaced, and a mark behind that. */
  private void writeBlock(String digits) throws IOException {
    TapeSink.create(tape, recording).close();
    byte[] head = Files.readAllBytes(tape);
    byte[] mark = Arrays.copyOfRange(head, head.length - 16, head.length);
    Files.write(tape, HexFormat.of().parseHex(digits), StandardOpenOption.APPEND);
    Files.write(tape, mark, StandardOpenOption.APPEND);
  }

  @Test
  void aBlockThatBecomesLongerThanAnyIsDamageAndCostsNoMemory() throws IOException {
    byte[] bomb = Zstd.compress(new byte[300 << 20]);
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    BinaryEncoder out = EncoderFactory.get().directBinaryEncoder(block, null);
    out.writeLong(1);
    out.writeBytes(bomb);
    out.flush();
    writeBlock(HexFormat.of().formatHex(block.toByteArray()));

    assertThatThrownBy(this::read)
        .isInstanceOf(ColotapeException.class)
        .hasMessageStartingWith("tape is damaged or cut behind event -1")
        .hasRootCauseMessage("a block becomes longer than any of a tape");
  }

  @Test
  void aTapeThatAnotherCodecCompressesSaysSo() throws IOException {
    try (var writer = new DataFileWriter<>(new GenericDatumWriter<GenericRecord>())) {
      writer.setCodec(CodecFactory.deflateCodec(1));
      writer.setMeta(TapeFormat.RECORDING_KEY, EventCodec.recordings().encode(recording));
      writer.create(Event.getClassSchema(), tape.toFile());
    }

    assertThatThrownBy(() -> TapeSource.open(tape))
        .isInstanceOf(ColotapeException.class)
        .hasMessage(
            "not a tape (%s): its blocks are compressed with 'deflate'; give a file that 'colotape"
                + " export' wrote",
            tape);
  }

  @Test
  void aTapeThatIsNotCompressedCanBeRead() throws IOException {
    try (var writer = new DataFileWriter<>(new SpecificDatumWriter<>(Event.class))) {
      writer.setMeta(TapeFormat.RECORDING_KEY, EventCodec.recordings().encode(recording));
      writer.create(Event.getClassSchema(), tape.toFile());
      for (Event event : events) {
        writer.append(event);
      }
    }

    assertSameEvents(read(), events);
  }

  @Test
  void aTapeThatStatesMorePartitionsThanARecordingHasIsRefused() {
    recording.setPagePartitions(9000);
    write();

    assertThatThrownBy(() -> TapeSource.open(tape))
        .isInstanceOf(ColotapeException.class)
        .hasMessageContaining("9000 page partitions, where a recording has 1 to 128 (" + tape);
  }

  @Test
  void aTapeThatIsCutGivesTheEventsBeforeAndThenSaysWhere() throws IOException {
    write();
    try (FileChannel file = FileChannel.open(tape, StandardOpenOption.WRITE)) {
      file.truncate(file.size() * 2 / 3);
    }
    List<Event> before = new ArrayList<>();

    assertThatThrownBy(() -> readInto(before))
        .isInstanceOf(ColotapeException.class)
        .hasMessageStartingWith("tape is damaged or cut behind event ")
        .hasMessageContaining(" " + (before.size() - 1) + " (");
    assertThat(before.isEmpty()).isFalse();
    assertSameEvents(before, events.subList(0, before.size()));
  }

  @Test
  void aTapeThatIsCutBetweenTwoBlocksIsNoticed() {
    try (TapeSink sink = TapeSink.create(tape, recording)) {
      events.subList(0, 100).forEach(sink::accept);
    }

    assertThatThrownBy(() -> readInto(new ArrayList<>()))
        .isInstanceOf(ColotapeException.class)
        .hasMessageStartingWith("tape is damaged or cut behind event 99");
  }

  @Test
  void aTapeThatIsDamagedIsNoticed() throws IOException {
    write();
    try (FileChannel file = FileChannel.open(tape, StandardOpenOption.WRITE)) {
      file.write(ByteBuffer.allocate(64), file.size() / 2);
    }

    assertThatThrownBy(() -> readInto(new ArrayList<>()))
        .isInstanceOf(ColotapeException.class)
        .hasMessageStartingWith("tape is damaged or cut behind event ");
  }

  @Test
  void aTapeThatLacksAnEventIsNoticed() {
    try (TapeSink sink = TapeSink.create(tape, recording)) {
      sink.accept(events.get(0));
      sink.accept(events.get(2));
    }

    assertThatThrownBy(() -> readInto(new ArrayList<>()))
        .isInstanceOf(ColotapeException.class)
        .hasMessageStartingWith("tape is damaged or cut behind event 0");
  }

  @Test
  void aRecordingThatWasNotSealedMayEndAnywhere() {
    Recording open = SampleEvents.catalogueEntry("sample", 1);
    try (TapeSink sink = TapeSink.create(tape, open)) {
      events.subList(0, 100).forEach(sink::accept);
    }

    assertSameEvents(read(), events.subList(0, 100));
  }

  private void write() {
    try (TapeSink sink = TapeSink.create(tape, recording)) {
      events.forEach(sink::accept);
      sink.seal();
    }
  }

  private List<Event> read() {
    List<Event> read = new ArrayList<>();
    readInto(read);
    return read;
  }

  private void readInto(List<Event> target) {
    try (TapeSource source = TapeSource.open(tape)) {
      for (Event event = source.next(); event != null; event = source.next()) {
        target.add(event);
      }
    }
  }

  private static List<Event> drain(TapeSource source) {
    List<Event> read = new ArrayList<>();
    source.forEach(read::add);
    return read;
  }

  private static Recording sealed(List<Event> events) {
    RecordingTotals totals = new RecordingTotals();
    events.forEach(totals::add);
    Recording opened = SampleEvents.catalogueEntry("sample", 1);
    return totals.describe(opened, RecordingState.SEALED, "");
  }
}
