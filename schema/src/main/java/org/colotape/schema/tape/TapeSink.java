package org.colotape.schema.tape;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.specific.SpecificDatumWriter;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.codec.EventCodec;
import org.colotape.schema.codec.EventModel;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Recording;
import org.colotape.schema.files.OwnerOnly;
import org.colotape.schema.log.EventSink;

/** Writes a tape file. */
public final class TapeSink implements EventSink {
  private final Path file;
  private final DataFileWriter<Event> writer;

  private TapeSink(Path file, DataFileWriter<Event> writer) {
    this.file = file;
    this.writer = writer;
  }

  /**
   * Begins a tape.
   *
   * @param file a file that does not exist yet
   * @param recording what stands at its head
   * @throws ColotapeException if the file exists or can't be written
   */
  public static TapeSink create(Path file, Recording recording) {
    DataFileWriter<Event> writer =
        new DataFileWriter<>(
            new SpecificDatumWriter<>(Event.getClassSchema(), EventModel.create()));
    writer.setCodec(CodecFactory.zstandardCodec(TapeFormat.ZSTD_LEVEL, TapeFormat.CHECKSUM));
    writer.setSyncInterval(TapeFormat.BLOCK_BYTES);
    writer.setMeta(TapeFormat.RECORDING_KEY, EventCodec.recordings().encode(recording));
    try {
      writer.create(Event.getClassSchema(), OwnerOnly.write(file));
      return new TapeSink(file, writer);
    } catch (FileAlreadyExistsException e) {
      throw new ColotapeException(
          "file exists", file.toString(), "choose another name or remove it", e);
    } catch (IOException e) {
      throw cannotWrite(file, e);
    }
  }

  @Override
  public void accept(Event event) {
    try {
      writer.append(event);
    } catch (IOException e) {
      throw cannotWrite(file, e);
    }
  }

  @Override
  public void seal() {
    try {
      writer.fSync();
    } catch (IOException e) {
      throw cannotWrite(file, e);
    }
  }

  @Override
  public void close() {
    try {
      writer.close();
    } catch (IOException e) {
      throw cannotWrite(file, e);
    }
  }

  private static ColotapeException cannotWrite(Path file, IOException cause) {
    return new ColotapeException(
        "cannot write tape: " + cause.getMessage(),
        file.toString(),
        "check the folder, its rights and its free space",
        cause);
  }
}
