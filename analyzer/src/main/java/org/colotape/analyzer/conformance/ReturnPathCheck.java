package org.colotape.analyzer.conformance;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.colotape.schema.event.Direction;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.RamBlock;
import org.colotape.schema.event.ReturnMessage;
import org.colotape.schema.wire.MigrationCommand;
import org.colotape.schema.wire.ReturnPathMessage;
import org.colotape.schema.wire.StreamFormat;

/** Framed messages of the return path. */
final class ReturnPathCheck implements Check {
  static final Rule NOT_OPENED =
      Rule.error(
          "return-not-opened",
          "The secondary sends messages when OPEN_RETURN_PATH was sent.",
          "migration/savevm.c, loadvm_process_command");

  static final Rule AFTER_SHUT =
      Rule.error(
          "return-after-shut",
          "SHUT is the last message before READY.",
          "migration/migration.c, migrate_send_rp_shut, source_return_path_thread");

  static final Rule SHUT =
      Rule.warning(
          "return-shut-error",
          "SHUT says 0: the secondary met no error.",
          "migration/migration.c, source_return_path_thread");

  /** A package's PING is answered by another thread, so the order is free. */
  static final Rule PONG =
      Rule.error(
          "return-pong",
          "Each PONG has the value of one PING.",
          "migration/savevm.c, loadvm_process_command (MIG_CMD_PING)");

  static final Rule REQUEST =
      Rule.error(
          "return-request",
          "Pages are asked for in a listed block that was named, within it, and in whole pages.",
          "migration/migration.c, migrate_handle_rp_req_pages; migration/ram.c,"
              + " ram_save_queue_pages");

  static final Rule REQUEST_EARLY =
      Rule.error(
          "return-request-early",
          "Pages are asked for in a postcopy migration, once it listens.",
          "migration/postcopy-ram.c, postcopy_ram_fault_thread");

  static final Rule BITMAP =
      Rule.error(
          "return-bitmap",
          "A bitmap of received pages is of a listed block, and as long as the block needs.",
          "migration/ram.c, ramblock_recv_bitmap_send");

  static final Rule COLO =
      Rule.warning(
          "return-after-colo",
          "Behind READY only COLO messages come.",
          "migration/colo.c, colo_process_incoming_thread");

  static final List<Rule> RULES =
      List.of(NOT_OPENED, AFTER_SHUT, SHUT, PONG, REQUEST, REQUEST_EARLY, BITMAP, COLO);

  private static final int MOST_PINGS = 1 << 12;

  private final Facts facts;
  private final Set<Long> pings = new HashSet<>();
  private boolean opened;
  private boolean listens;
  private boolean shut;
  private boolean colo;
  private boolean lost;
  private String block = "";

  /** The block whose bitmap comes next, and its pieces, or null. */
  private String bitmap = "";

  private long bitmapLeft;

  ReturnPathCheck(Facts facts) {
    this.facts = facts;
  }

  @Override
  public void see(Event event, Findings findings) {
    if (Facts.isMain(event)) {
      primary(event);
    } else if (event.getDirection() == Direction.SVM_TO_PVM) {
      switch (event.getKind()) {
        case OPAQUE -> {
          lost = true;
          bitmapLeft = 0;
        }
        case COLO_MESSAGE -> {
          colo = true;
        }
        case RETURN_MESSAGE -> message(event, event.getReply(), findings);
        default -> {}
      }
    }
  }

  private void primary(Event event) {
    switch (event.getKind()) {
      case MIG_COMMAND -> {
        opened |= MigrationCommand.OPEN_RETURN_PATH.is(event);
        listens |= MigrationCommand.POSTCOPY_LISTEN.is(event);
        if (MigrationCommand.PING.is(event)
            && Bytes.length(event) == StreamFormat.COMMAND_HEAD_BYTES + Integer.BYTES
            && pings.size() < MOST_PINGS) {
          pings.add(Bytes.u32(event, StreamFormat.COMMAND_HEAD_BYTES));
        }
      }
      case OPAQUE -> lost = true;
      default -> {}
    }
  }

  private void message(Event event, ReturnMessage message, Findings findings) {
    if (bitmapLeft > 0 || !bitmap.isEmpty()) {
      bitmapPiece(event, findings);
      return;
    }
    afterShut(event, findings);
    if (!opened && !lost) {
      findings.add(NOT_OPENED, event, message.getName() + ", but no return path was opened");
    }
    if (colo) {
      findings.add(COLO, event, message.getName() + " behind COLO messages");
    }
    int payload = Bytes.length(event) - ReturnPathMessage.HEAD_BYTES;
    switch (ReturnPathMessage.of(message)) {
      case SHUT -> {
        shut = true;
        if (payload == Integer.BYTES && Bytes.u32(event, ReturnPathMessage.HEAD_BYTES) != 0) {
          findings.add(
              SHUT,
              event,
              ReturnPathMessage.HEAD_BYTES,
              "SHUT says " + Bytes.u32(event, ReturnPathMessage.HEAD_BYTES));
        }
      }
      case PONG -> {
        if (payload == Integer.BYTES
            && !pings.remove(Bytes.u32(event, ReturnPathMessage.HEAD_BYTES))
            && !lost) {
          findings.add(
              PONG,
              event,
              ReturnPathMessage.HEAD_BYTES,
              "PONG %d without its PING".formatted(Bytes.u32(event, ReturnPathMessage.HEAD_BYTES)));
        }
      }
      case REQ_PAGES, REQ_PAGES_ID -> request(event, payload, findings);
      case RECV_BITMAP -> {
        bitmap =
            payload > 0 ? Bytes.text(event, ReturnPathMessage.HEAD_BYTES + 1, payload - 1) : "";
        if (facts.block(bitmap) == null) {
          findings.add(
              BITMAP,
              event,
              ReturnPathMessage.HEAD_BYTES,
              "of block '" + bitmap + "', which is not listed");
        }
      }
      case null, default -> {}
    }
  }

  private void afterShut(Event event, Findings findings) {
    if (shut) {
      findings.add(AFTER_SHUT, event, "a message behind SHUT");
    }
  }

  /** be64 offset, be32 length, and with ID u8 length and name. */
  private void request(Event event, int payload, Findings findings) {
    int fixed = Long.BYTES + Integer.BYTES;
    if (!listens && !lost) {
      findings.add(REQUEST_EARLY, event, "pages are asked for before POSTCOPY_LISTEN");
    }
    if (payload < fixed) {
      return;
    }
    if (ReturnPathMessage.REQ_PAGES_ID.is(event)) {
      int length = Bytes.u8(event, ReturnPathMessage.HEAD_BYTES + fixed);
      if (length != payload - fixed - 1) {
        findings.add(
            REQUEST,
            event,
            ReturnPathMessage.HEAD_BYTES + fixed,
            "the block's name is not as long as it says");
        return;
      }
      block = Bytes.text(event, ReturnPathMessage.HEAD_BYTES + fixed + 1, length);
    }
    long offset = Bytes.u64(event, ReturnPathMessage.HEAD_BYTES);
    long length = Bytes.u32(event, ReturnPathMessage.HEAD_BYTES + Long.BYTES);
    RamBlock asked = facts.block(block);
    if (block.isEmpty() || asked == null) {
      if (facts.hasBlocks() && !lost) {
        findings.add(
            REQUEST,
            event,
            ReturnPathMessage.HEAD_BYTES,
            "of block '" + block + "', which is not listed");
      }
    } else if (offset < 0
        || offset % facts.pageSize != 0
        || length % facts.pageSize != 0
        || length > asked.getUsedLength() - offset) {
      findings.add(
          REQUEST,
          event,
          ReturnPathMessage.HEAD_BYTES,
          "%d bytes at 0x%x of block '%s'".formatted(length, offset, block));
    }
  }

  /** be64 length, the bitmap, and its end mark, cut anywhere. */
  private void bitmapPiece(Event event, Findings findings) {
    if (bitmapLeft == 0 && Bytes.length(event) >= Long.BYTES) {
      long size = Bytes.u64(event, 0);
      bitmapLeft = size + 2 * Long.BYTES;
      RamBlock of = facts.block(bitmap);
      if (of != null) {
        long bits = of.getUsedLength() / facts.pageSize;
        long needed = (bits + Long.SIZE - 1) / Long.SIZE * Long.BYTES;
        if (size != needed) {
          findings.add(
              BITMAP, event, "%d bytes for block '%s' of %d pages".formatted(size, bitmap, bits));
        }
      }
      bitmap = "";
    }
    bitmapLeft = Math.max(0, bitmapLeft - Bytes.length(event));
  }
}
