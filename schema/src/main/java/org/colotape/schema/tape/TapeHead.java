package org.colotape.schema.tape;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParseException;
import org.apache.avro.file.DataFileConstants;
import org.colotape.schema.check.Limits;
import org.jspecify.annotations.Nullable;

/**
 * What leads the blocks of an Avro object container file (Avro specification, "Object container
 * files").
 *
 * @param metadata its texts and bytes by their keys
 * @param mark the bytes behind the head and behind each block
 * @param end where the first block begins
 */
record TapeHead(Map<String, ByteBuffer> metadata, ByteBuffer mark, long end) {
  /** Length of the mark between blocks, which every container file draws for itself. */
  static final int MARK_BYTES = DataFileConstants.SYNC_SIZE;

  /**
   * Reads the head from the beginning of a file.
   *
   * @throws IOException if it is none, or longer than a tape's can be
   */
  static TapeHead read(BufferedFile file) throws IOException {
    file.seek(0);
    byte[] magic = file.bytes(DataFileConstants.MAGIC.length);
    if (!Arrays.equals(magic, DataFileConstants.MAGIC)) {
      throw new IOException("it does not begin as one");
    }
    Map<String, ByteBuffer> metadata = new HashMap<>();
    for (long left = count(file); left != 0; left = count(file)) {
      for (; left > 0; left--) {
        String key = new String(part(file), StandardCharsets.UTF_8);
        metadata.put(key, ByteBuffer.wrap(part(file)));
      }
    }
    ByteBuffer mark = ByteBuffer.wrap(file.bytes(MARK_BYTES));
    return new TapeHead(metadata, mark, file.tell());
  }

  /** The number of entries that follow; before a negative one stands the length of them all. */
  private static long count(BufferedFile file) throws IOException {
    long count = file.number();
    if (count < 0) {
      file.number();
      return Math.negateExact(Math.max(count, -Limits.MAX_TAPE_HEAD_BYTES));
    }
    return count;
  }

  private static byte[] part(BufferedFile file) throws IOException {
    long length = file.number();
    if (length < 0 || length > Limits.MAX_TAPE_HEAD_BYTES - file.tell()) {
      throw new EOFException("its head states " + length + " bytes");
    }
    return file.bytes((int) length);
  }

  /** The bytes of a key, or null. */
  @Nullable ByteBuffer bytes(String key) {
    ByteBuffer value = metadata.get(key);
    return value == null ? null : value.duplicate();
  }

  /** Name of the codec that compresses the blocks. */
  String codec() {
    ByteBuffer name = bytes(DataFileConstants.CODEC);
    return name == null
        ? DataFileConstants.NULL_CODEC
        : StandardCharsets.UTF_8.decode(name).toString();
  }

  /**
   * The schema that the events were written with.
   *
   * @throws IOException if there is none
   */
  Schema schema() throws IOException {
    ByteBuffer text = bytes(DataFileConstants.SCHEMA);
    if (text == null) {
      throw new IOException("it states no schema");
    }
    try {
      return new Schema.Parser().parse(StandardCharsets.UTF_8.decode(text).toString());
    } catch (SchemaParseException e) {
      throw new IOException("it states no schema: " + e.getMessage(), e);
    }
  }
}
