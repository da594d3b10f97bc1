package org.colotape.recorder.journal;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.colotape.schema.event.Direction;
import org.jspecify.annotations.Nullable;

/**
 * The head of a record in a segment, big-endian: be32 length of the payload, be32 CRC-32C of all
 * that follows it, payload included, u8 type (see {@link JournalRecord.Type#code}), u8 direction (0
 * none, 1 PVM to SVM, 2 SVM to PVM), be16 channel, be64 time, be64 offset.
 *
 * @param length of the payload
 * @param checksum of the rest of the head and the payload
 * @param record the record, its payload empty
 */
record RecordHead(int length, int checksum, JournalRecord record) {
  /** Length of a head in bytes. */
  static final int BYTES = 28;

  /** Longest payload: no chunk and no event is longer. */
  static final int MAX_PAYLOAD = 8 << 20;

  private static final int CHECKED_FROM = 2 * Integer.BYTES;
  private static final ByteBuffer NONE = ByteBuffer.allocate(0);

  /** Writes the head of a record into the buffer, which is left to be read. */
  static void write(JournalRecord record, ByteBuffer head) {
    head.clear();
    head.putInt(record.payload().remaining());
    head.putInt(0);
    head.put((byte) record.type().code());
    head.put(code(record.lane().direction()));
    head.putShort((short) record.lane().channel());
    head.putLong(record.time());
    head.putLong(record.offset());
    head.flip();
    head.putInt(Integer.BYTES, checksum(head, record.payload()));
  }

  /** Reads a head; null if it can't be one. */
  static @Nullable RecordHead read(ByteBuffer head) {
    int length = head.getInt(0);
    JournalRecord.Type type = JournalRecord.Type.of(head.get(8));
    Direction direction = direction(head.get(9));
    if (length < 0 || length > MAX_PAYLOAD || type == null || direction == null) {
      return null;
    }
    JournalLane lane = new JournalLane(Short.toUnsignedInt(head.getShort(10)), direction);
    return new RecordHead(
        length,
        head.getInt(Integer.BYTES),
        new JournalRecord(type, lane, head.getLong(12), head.getLong(20), NONE));
  }

  /** The record with its payload. */
  JournalRecord with(ByteBuffer payload) {
    return new JournalRecord(record.type(), record.lane(), record.time(), record.offset(), payload);
  }

  private static byte code(Direction direction) {
    return switch (direction) {
      case NONE -> 0;
      case PVM_TO_SVM -> 1;
      case SVM_TO_PVM -> 2;
    };
  }

  private static @Nullable Direction direction(int code) {
    return switch (code) {
      case 0 -> Direction.NONE;
      case 1 -> Direction.PVM_TO_SVM;
      case 2 -> Direction.SVM_TO_PVM;
      default -> null;
    };
  }

  /** The checksum of a head and its payload. */
  static int checksum(ByteBuffer head, ByteBuffer payload) {
    CRC32C crc = new CRC32C();
    crc.update(head.duplicate().position(CHECKED_FROM).limit(BYTES));
    crc.update(payload.duplicate());
    return (int) crc.getValue();
  }
}
