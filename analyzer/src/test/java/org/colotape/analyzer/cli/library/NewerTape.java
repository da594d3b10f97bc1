package org.colotape.analyzer.cli.library;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.colotape.schema.codec.EventCodec;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Recording;
import org.colotape.schema.event.RecordingId;
import org.colotape.schema.event.RecordingState;

/** A tape whose events have a field that this version does not know. */
final class NewerTape {
  private NewerTape() {}

  static Path write(Path file) throws IOException {
    Schema today = Event.getClassSchema();
    List<Schema.Field> fields = new ArrayList<>();
    today.getFields().forEach(field -> fields.add(new Schema.Field(field, field.schema())));
    fields.add(new Schema.Field("invention", Schema.create(Schema.Type.LONG), "new", 0L));
    Schema tomorrow =
        Schema.createRecord(today.getName(), today.getDoc(), today.getNamespace(), false, fields);
    Recording head =
        Recording.newBuilder()
            .setId(new RecordingId(new byte[16]))
            .setName("newer")
            .setState(RecordingState.SEALED)
            .setCreatedAt(0)
            .setPagePartitions(1)
            .build();
    try (DataFileWriter<GenericRecord> writer =
        new DataFileWriter<>(new GenericDatumWriter<>(tomorrow))) {
      writer.setMeta("colotape.recording", EventCodec.recordings().encode(head));
      writer.create(tomorrow, file.toFile());
    }
    return file;
  }
}
