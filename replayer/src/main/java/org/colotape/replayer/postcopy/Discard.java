package org.colotape.replayer.postcopy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.colotape.schema.event.Event;
import org.colotape.schema.wire.StreamFormat;
import org.jspecify.annotations.Nullable;

/**
 * The command POSTCOPY_RAM_DISCARD: ranges of a block that the secondary must forget, because they
 * will be sent again (QEMU migration/savevm.c, loadvm_postcopy_ram_handle_discard).
 *
 * @param block name of the RAM block
 * @param ranges what to forget
 */
public record Discard(String block, List<Range> ranges) {
  private static final int VERSION = 0;
  private static final int LEAST = 2 + 1 + 1;

  /**
   * A range of a block.
   *
   * @param offset where it begins, in bytes; unsigned
   * @param length its length in bytes; unsigned
   */
  public record Range(long offset, long length) {
    private static final int BYTES = 2 * Long.BYTES;

    /** True if it lies within a block of that length, on boundaries of pages of that size. */
    public boolean isIn(long usedLength, int pageSize) {
      return offset >= 0
          && length >= 0
          && length <= usedLength - offset
          && offset % pageSize == 0
          && length % pageSize == 0;
    }
  }

  /** What the event's bytes say; null if they are not what such a command has. */
  public static @Nullable Discard of(Event command) {
    ByteBuffer payload = command.getWire().slice();
    if (payload.remaining() < StreamFormat.COMMAND_HEAD_BYTES + LEAST + Range.BYTES) {
      return null;
    }
    payload.position(StreamFormat.COMMAND_HEAD_BYTES);
    int version = payload.get();
    byte[] name = new byte[payload.get() & 0xff];
    if (version != VERSION || payload.remaining() < name.length + 1) {
      return null;
    }
    payload.get(name);
    int end = payload.get();
    if (end != 0 || !payload.hasRemaining() || payload.remaining() % Range.BYTES != 0) {
      return null;
    }
    List<Range> ranges = new ArrayList<>();
    while (payload.hasRemaining()) {
      ranges.add(new Range(payload.getLong(), payload.getLong()));
    }
    return new Discard(new String(name, StandardCharsets.ISO_8859_1), ranges);
  }
}
