package org.colotape.schema.tape;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.colotape.schema.log.EventAssertions.assertSameEvents;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
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
