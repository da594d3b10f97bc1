package org.colotape.analyzer.cli.show;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import org.colotape.replayer.postcopy.Discard;
import org.colotape.schema.event.Event;
import org.colotape.schema.wire.MigrationCommand;
import org.colotape.schema.wire.ReturnPathMessage;
import org.colotape.schema.wire.StreamFormat;
import org.jspecify.annotations.Nullable;

/**
 * What the payload of a command or of a message on the return path says, in words (QEMU
 * migration/savevm.c, loadvm_process_command; migration/migration.c, source_return_path_thread).
 * Empty where there is nothing to say, or the bytes are not what they should be.
 */
final class Payload {

  private static final int RANGE = Long.BYTES + Integer.BYTES;

  /** The bitmap has its length before it and a mark behind it. */
  private static final int BITMAP_FRAME = 2 * Long.BYTES;

  private Payload() {}

  /** What a command says. */
  static String ofCommand(Event event) {
    @Nullable ByteBuffer payload = behind(event, StreamFormat.COMMAND_HEAD_BYTES);
    if (payload == null) {
      return "";
    }
    int length = payload.remaining();
    return switch (MigrationCommand.of(event.getCommand())) {
      case PING -> length == Integer.BYTES ? "number " + unsigned(payload) : "";
      case POSTCOPY_ADVISE ->
          length == BITMAP_FRAME
              ? "page sizes of all blocks together 0x%x, of the target %d"
                  .formatted(payload.getLong(), payload.getLong())
              : "";
      case POSTCOPY_RAM_DISCARD -> discard(Discard.of(event));
      case PACKAGED ->
          length == Integer.BYTES ? "a package of " + unsigned(payload) + " bytes" : "";
      case RECV_BITMAP -> "of block " + name(payload);
      case null, default -> "";
    };
  }

  /** What a message on the return path says. */
  static String ofReply(Event event) {
    if (ReturnPathMessage.RECV_BITMAP.is(event)
        && event.getReply().getLength() == event.getWire().remaining()) {
      return bitmap(event.getWire().slice());
    }
    @Nullable ByteBuffer payload = behind(event, ReturnPathMessage.HEAD_BYTES);
    if (payload == null) {
      return "";
    }
    int length = payload.remaining();
    return switch (ReturnPathMessage.of(event.getReply())) {
      case SHUT -> length == Integer.BYTES ? shut(unsigned(payload)) : "";
      case PONG -> length == Integer.BYTES ? "number " + unsigned(payload) : "";
      case REQ_PAGES_ID -> length > RANGE ? range(payload) + " of block " + name(payload) : "";
      case REQ_PAGES -> length == RANGE ? range(payload) + " of the same block as before" : "";
      case RECV_BITMAP -> "of block " + name(payload);
      case RESUME_ACK -> length == Integer.BYTES ? "value " + unsigned(payload) : "";
      case null, default -> "";
    };
  }

  private static String discard(@Nullable Discard discard) {
    return discard == null
        ? ""
        : discard.block()
            + discard.ranges().stream()
                .map(range ->
                    " 0x%x to 0x%x".formatted(range.offset(), range.offset() + range.length() - 1))
                .collect(Collectors.joining(","));
  }

  private static String shut(long value) {
    return value == 0 ? "no error" : "error " + value;
  }

  private static String range(ByteBuffer payload) {
    long offset = payload.getLong();
    return "0x%x to 0x%x".formatted(offset, offset + unsigned(payload) - 1);
  }

  /** The bitmap, if all of it is here. */
  private static String bitmap(ByteBuffer bitmap) {
    if (bitmap.remaining() < BITMAP_FRAME
        || bitmap.getLong(0) != bitmap.remaining() - BITMAP_FRAME) {
      return "a piece of the bitmap";
    }
    long pages = 0;
    for (int at = Long.BYTES; at < bitmap.limit() - Long.BYTES; at++) {
      pages += Integer.bitCount(bitmap.get(at) & 0xff);
    }
    return "the bitmap: " + pages + " pages were received";
  }

  private static long unsigned(ByteBuffer payload) {
    return Integer.toUnsignedLong(payload.getInt());
  }

  private static String name(ByteBuffer payload) {
    int length = payload.hasRemaining() ? payload.get() & 0xff : 0;
    byte[] name = new byte[Math.min(length, payload.remaining())];
    payload.get(name);
    return new String(name, StandardCharsets.ISO_8859_1);
  }

  private static @Nullable ByteBuffer behind(Event event, int head) {
    ByteBuffer payload = event.getWire().slice();
    return payload.remaining() < head ? null : payload.position(head).slice();
  }
}
