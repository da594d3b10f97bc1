package org.colotape.schema.codec;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecordBase;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Recording;

/**
 * Avro single-object encoding of one record type: two marker bytes, the fingerprint of the schema,
 * the record. Safe for several threads.
 *
 * @param <T> a generated class
 */
public final class EventCodec<T extends SpecificRecordBase> {
  private final byte[] header;
  private final SpecificDatumWriter<T> writer;
  private final Map<Long, Reader<T>> readers = new HashMap<>();
  private final ThreadLocal<Scratch> scratch = ThreadLocal.withInitial(Scratch::new);

  /**
   * Reads what one version of the schema wrote.
   *
   * @param completion fills in what that version said otherwise
   */
  private record Reader<T>(SpecificDatumReader<T> decoder, Consumer<T> completion) {}

  private EventCodec(SchemaVersions versions, Function<Schema, Consumer<T>> completion) {
    SpecificData model = EventModel.create();
    this.header = SingleObject.header(versions.current());
    this.writer = new SpecificDatumWriter<>(versions.current(), model);
    for (Schema written : versions.readable()) {
      readers.put(
          SingleObject.fingerprint(written),
          new Reader<>(
              new SpecificDatumReader<>(written, versions.current(), model),
              completion.apply(written)));
    }
  }

  /** Codec of the events of a recording. */
  public static EventCodec<Event> events() {
    return new EventCodec<>(SchemaVersions.of(Event.getClassSchema()), OldEvents::completing);
  }

  /** Codec of the entries of the catalogue. */
  public static EventCodec<Recording> recordings() {
    return new EventCodec<>(SchemaVersions.of(Recording.getClassSchema()), _ -> _ -> {});
  }

  /** The record as bytes. */
  public byte[] encode(T record) {
    Scratch out = scratch.get();
    out.reset();
    try {
      out.write(header);
      writer.write(record, out.encoder());
    } catch (IOException e) {
      throw new UncheckedIOException("encoding into memory", e);
    }
    return out.toByteArray();
  }

  /**
   * The record in the buffer's remaining bytes. Its byte fields share the buffer's memory.
   *
   * @param bytes one record in single-object encoding
   * @param where tells where the bytes come from, for error messages
   * @throws ColotapeException if they are of a schema that is not published in this version, or not
   *     a record
   */
  public T decode(ByteBuffer bytes, Supplier<String> where) {
    ByteBuffer in = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    if (!SingleObject.leads(in)) {
      throw new ColotapeException(
          "not an event",
          where.get(),
          "the topic or file was written by another program: check its name");
    }
    Reader<T> reader = readers.get(SingleObject.skip(in));
    if (reader == null) {
      throw new ColotapeException(
          "recorded with a newer schema",
          where.get(),
          "read it with the Colotape version that wrote it, or a later one");
    }
    try {
      T record = reader.decoder.read(null, new SharingDecoder(in));
      reader.completion.accept(record);
      return record;
    } catch (IOException | RuntimeException e) {
      // Avro throws all kinds on bytes that are not what the schema says
      throw new ColotapeException(
          "damaged event",
          where.get(),
          "restore the topic or file from a copy, or read up to the place before",
          e);
    }
  }
}
