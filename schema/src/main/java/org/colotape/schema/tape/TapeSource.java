package org.colotape.schema.tape;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.specific.SpecificDatumReader;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.check.EventCheck;
import org.colotape.schema.codec.EventCodec;
import org.colotape.schema.codec.EventModel;
import org.colotape.schema.codec.OldEvents;
import org.colotape.schema.codec.SchemaVersions;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Recording;
import org.colotape.schema.event.RecordingState;
import org.colotape.schema.log.EventSource;
import org.jspecify.annotations.Nullable;

/** Reads a tape file, from its beginning or from any event on. */
public final class TapeSource implements EventSource {
  private final Path file;
  private final Supplier<String> where;
  private final DataFileReader<Event> reader;
  private final Recording recording;
  private final TapeIndex index;
  private final Consumer<Event> completion;

  /** Place of the block that was read last. */
  private long block = -1;

  /** The next event. */
  private long read;

  private TapeSource(
      Path file, DataFileReader<Event> reader, Recording recording, TapeIndex index) {
    this.file = file;
    this.where = file::toString;
    this.reader = reader;
    this.recording = recording;
    this.index = index;
    this.completion = OldEvents.completing(reader.getSchema());
  }

  /**
   * Opens a tape.
   *
   * @throws ColotapeException if there is no such file, it is no tape, or it was written with a
   *     newer schema
   */
  public static TapeSource open(Path file) {
    return open(file, new TapeIndex());
  }

  /**
   * Opens a tape so that the first event to come is the one with that {@code seq}; behind the last
   * one nothing comes. Where it lies is found by bisection of the file.
   *
   * @throws ColotapeException as {@link #open}, or if the tape is damaged shortly before the event
   */
  public static TapeSource openFrom(Path file, long seq) {
    return openFrom(file, seq, new TapeIndex());
  }

  static TapeSource openFrom(Path file, long seq, TapeIndex index) {
    if (seq < 0) {
      throw new IllegalArgumentException("event " + seq);
    }
    TapeSource source = open(file, index);
    try {
      source.skipTo(seq);
      return source;
    } catch (RuntimeException e) {
      source.close();
      throw e;
    }
  }

  static TapeSource open(Path file, TapeIndex index) {
    if (!Files.isRegularFile(file)) {
      throw new ColotapeException("no such file", file.toString(), "check the path of the tape");
    }
    try {
      DataFileReader<Event> reader = reader(file);
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
      return new TapeSource(file, reader, recording, index);
    } catch (IOException | AvroRuntimeException e) {
      throw notATape(file, e);
    }
  }

  private static DataFileReader<Event> reader(Path file) throws IOException {
    BufferedFile input = new BufferedFile(file.toFile());
    try {
      return new DataFileReader<>(
          input,
          new SpecificDatumReader<>(
              Event.getClassSchema(), Event.getClassSchema(), EventModel.create()));
    } catch (IOException | RuntimeException e) {
      input.close();
      throw e;
    }
  }

  /** Place in the file of the first block, if nothing was read yet. */
  long firstBlock() throws IOException {
    return reader.previousSync();
  }

  @Override
  public Recording recording() {
    return recording;
  }

  @Override
  public @Nullable Event next() {
    Event event = nextInFile();
    if (event == null) {
      checkEnd();
      return null;
    }
    if (event.getSeq() != read) {
      throw cut(null);
    }
    EventCheck.check(event, where);
    read++;
    return event;
  }

  private @Nullable Event nextInFile() {
    try {
      if (!reader.hasNext()) {
        return null;
      }
      long at = reader.previousSync();
      Event event = reader.next();
      completion.accept(event);
      if (at != block && event.getSeq() == read) {
        block = at;
        index.add(read, at);
      }
      return event;
    } catch (RuntimeException e) {
      // Avro throws all kinds on bytes that are not what the schema says
      throw cut(e);
    }
  }

  private void skipTo(long seq) {
    if (seq > 0) {
      try {
        TapeIndex.Block start = index.search(reader, seq, file.toFile().length());
        reader.seek(start.position());
        read = start.seq();
      } catch (IOException e) {
        throw cut(e);
      }
    }
    while (read < seq && next() != null) {
      // events of the same block
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
