package org.colotape.schema.codec;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;

/**
 * What leads a record in single-object encoding (Avro specification, "Single-object encoding"):
 * marker and fingerprint.
 */
final class SingleObject {
  private static final short MARKER = 0x01C3;
  private static final int LENGTH = Short.BYTES + Long.BYTES;

  private SingleObject() {}

  static long fingerprint(Schema schema) {
    return SchemaNormalization.parsingFingerprint64(schema);
  }

  static byte[] header(Schema schema) {
    return ByteBuffer.allocate(LENGTH)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putShort(MARKER)
        .putLong(fingerprint(schema))
        .array();
  }

  /** True if the buffer, which must be little-endian, begins with a header. */
  static boolean leads(ByteBuffer bytes) {
    return bytes.remaining() >= LENGTH && bytes.getShort(bytes.position()) == MARKER;
  }

  /** Takes the header from the buffer and returns the fingerprint in it. */
  static long skip(ByteBuffer bytes) {
    bytes.getShort();
    return bytes.getLong();
  }
}
