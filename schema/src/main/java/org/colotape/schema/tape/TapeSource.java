package org.colotape.schema.tape;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.specific.SpecificDatumReader;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.codec.EventCodec;
import org.colotape.schema.codec.EventModel;
import org.colotape.schema.codec.SchemaVersions;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Recording;
import org.colotape.schema.event.RecordingState;
import org.colotape.schema.log.EventSource;
import org.jspecify.annotations.Nullable;

/** Reads a tape file from its beginning. */
public final class TapeSource implements EventSource {
  private final Path file;
  private final DataFileReader<Event> reader;
  private final Recording recording;
  private long read;

  private TapeSource(Path file, DataFileReader<Event> reader, Recording recording) {
    this.file = file;
    this.reader = reader;
    this.recording = recording;
  }

  /**
   * Opens a tape.
   *
   * @throws ColotapeException if there is no such file, it is no tape, or it was written with a
   *     newer schema
   */
  public static TapeSource open(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new ColotapeException("no such file", file.toString(), "check the path of the tape");
    }
    try {
      DataFileReader<Event> reader =
          new DataFileReader<>(
              file.toFile(),
              new SpecificDatumReader<>(
                  Event.getClassSchema(), Event.getClassSchema(), EventModel.create()));
      byte[] head = reader.getMeta(TapeFormat.RECORDING_KEY);
      if (head == null) {
        reader.close();
        throw notATape(file, null);
      }
      if (!SchemaVersions.of(Event.getClassSchema()).understands(reader.getSchema())) {
        reader.close();
        throw new ColotapeException(
            "recorded with a newer schema",
            file.toString(),
            "read it with the Colotape version that wrote it, or a later one");
      }
      Recording recording = EventCodec.recordings().decode(ByteBuffer.wrap(head), file::toString);
      return new TapeSource(file, reader, recording);
    } catch (IOException | AvroRuntimeException e) {
      throw notATape(file, e);
    }
  }

  @Override
  public Recording recording() {
    return recording;
  }

  @Override
  public @Nullable Event next() {
    try {
      if (!reader.hasNext()) {
        checkEnd();
        return null;
      }
      Event event = reader.next();
      if (event.getSeq() != read) {
        throw cut(null);
      }
      read++;
      return event;
    } catch (AvroRuntimeException e) {
      throw cut(e);
    }
  }

  /** A file that is cut between two blocks looks whole to Avro; the head knows better. */
  private void checkEnd() {
    if (recording.getState() == RecordingState.SEALED && read < recording.getEvents()) {
      throw cut(null);
    }
  }

  private ColotapeException cut(@Nullable Exception cause) {
    return new ColotapeException(
        "tape is damaged or cut behind event " + (read - 1),
        file.toString(),
        "copy it again from where it came; the events before can be replayed with --at",
        cause);
  }

  @Override
  public void close() {
    try {
      reader.close();
    } catch (IOException e) {
      throw new ColotapeException("cannot close tape", file.toString(), "check the disk", e);
    }
  }

  private static ColotapeException notATape(Path file, @Nullable Exception cause) {
    return new ColotapeException(
        "not a tape", file.toString(), "give a file that 'colotape export' wrote", cause);
  }
}
