package org.colotape.schema.codec;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.message.BadHeaderException;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.message.MissingSchemaException;
import org.apache.avro.specific.SpecificData;
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
  private static final SpecificData MODEL = model();

  private final BinaryMessageEncoder<T> encoder;
  private final BinaryMessageDecoder<T> decoder;

  private EventCodec(SchemaVersions versions) {
    this.encoder = new BinaryMessageEncoder<>(MODEL, versions.current(), true);
    this.decoder = new BinaryMessageDecoder<>(MODEL, versions.current());
    versions.published().forEach(decoder::addSchema);
  }

  /** Codec of the events of a recording. */
  public static EventCodec<Event> events() {
    return new EventCodec<>(SchemaVersions.of(Event.getClassSchema()));
  }

  /** Codec of the entries of the catalogue. */
  public static EventCodec<Recording> recordings() {
    return new EventCodec<>(SchemaVersions.of(Recording.getClassSchema()));
  }

  /**
   * The data model that reads and writes the generated classes; it uses their generated coders,
   * which are faster.
   */
  static SpecificData model() {
    SpecificData model = new SpecificData(Event.class.getClassLoader());
    model.setCustomCoders(true);
    return model;
  }

  /** The record as bytes. */
  public byte[] encode(T record) {
    try {
      return encoder.encode(record).array();
    } catch (IOException e) {
      throw new UncheckedIOException("encoding into memory", e);
    }
  }

  /**
   * The record in the buffer's remaining bytes.
   *
   * @param bytes one record in single-object encoding
   * @param where where the bytes come from, for error messages
   * @throws ColotapeException if they are of a schema that is not published in this version, or not
   *     a record
   */
  public T decode(ByteBuffer bytes, String where) {
    try {
      return decoder.decode(bytes);
    } catch (MissingSchemaException e) {
      throw new ColotapeException(
          "recorded with a newer schema",
          where,
          "read it with the Colotape version that wrote it, or a later one",
          e);
    } catch (BadHeaderException e) {
      throw new ColotapeException(
          "not an event",
          where,
          "the topic or file was written by another program: check its name",
          e);
    } catch (IOException | AvroRuntimeException e) {
      throw new ColotapeException(
          "damaged event",
          where,
          "restore the topic or file from a copy, or read up to the place before",
          e);
    }
  }
}
