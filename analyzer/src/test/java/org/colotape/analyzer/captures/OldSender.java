package org.colotape.analyzer.captures;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.colotape.recorder.fixture.Parsing;
import org.colotape.schema.event.ColoMessageType;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.Page;
import org.colotape.schema.event.PageEncoding;
import org.colotape.schema.event.SectionType;

/** Lays a captured stream out anew, as senders of the past would have sent it. */
final class OldSender {
  // migration/ram.c, RAM_SAVE_FLAG_*
  private static final int ZERO = 0x002;
  private static final int CONTINUE = 0x020;
  private static final int FLAGS = 0xfff;

  /** VMSTATE_SIZE, and the size behind it. */
  private static final int SIZE_MESSAGE = Integer.BYTES + Long.BYTES;

  private OldSender() {}

  /**
   * The stream with its checkpoints as QEMU 2.8 to 3.0 sent them: the blob is a whole migration
   * stream, with header, configuration and block list, and the pages are in it (migration/colo.c,
   * colo_do_checkpoint_transaction of v2.8.0, which calls qemu_savevm_state_header,
   * qemu_savevm_state_begin and qemu_savevm_state_complete_precopy).
   */
  static byte[] withRamInTheBlob(byte[] stream) {
    ByteArrayOutputStream relaid = new ByteArrayOutputStream();
    ByteArrayOutputStream setup = new ByteArrayOutputStream();
    ByteArrayOutputStream blob = new ByteArrayOutputStream();
    boolean inSetup = false;
    boolean inCheckpoint = false;
    boolean announced = false;
    boolean named = false;
    for (Event event : Parsing.stream(stream).all()) {
      switch (event.getKind()) {
        case STREAM_HEADER, CONFIGURATION -> setup.writeBytes(bytes(event));
        case SECTION_START ->
            inSetup = event.getSection().getType() == SectionType.START && !inCheckpoint;
        default -> {}
      }
      if (inSetup) {
        setup.writeBytes(bytes(event));
      }
      switch (event.getKind()) {
        case COLO_MESSAGE -> {
          inCheckpoint = event.getMessage().getType() != ColoMessageType.CHECKPOINT_REQUEST;
          announced = event.getMessage().getType() == ColoMessageType.VMSTATE_SIZE;
          if (!announced) {
            relaid.writeBytes(bytes(event));
            blob.reset();
            blob.writeBytes(setup.toByteArray());
            named = false;
          }
        }
        case END_OF_SECTIONS -> {
          if (!inCheckpoint) {
            relaid.writeBytes(bytes(event));
          } else if (announced) {
            blob.writeBytes(bytes(event));
            relaid.writeBytes(
                ByteBuffer.allocate(SIZE_MESSAGE).putInt(4).putLong(blob.size()).array());
            relaid.writeBytes(blob.toByteArray());
          }
        }
        case PAGE -> {
          ByteArrayOutputStream out = inCheckpoint ? blob : relaid;
          // the block list makes the sender name the next page's block again
          out.writeBytes(inCheckpoint && !named ? named(event) : bytes(event));
          named = true;
        }
        default -> (inCheckpoint ? blob : relaid).writeBytes(bytes(event));
      }
      inSetup &= event.getKind() != Kind.SECTION_END;
    }
    return relaid.toByteArray();
  }

  /**
   * The stream with every page whose bytes are all the same as that byte alone (QEMU before 2.0,
   * migration/ram.c, is_dup_page; receivers still take it, ram_handle_compressed).
   */
  static byte[] withFilledPages(byte[] stream) {
    ByteArrayOutputStream relaid = new ByteArrayOutputStream();
    for (Event event : Parsing.stream(stream).all()) {
      byte[] bytes = bytes(event);
      Page page = event.getPage();
      if (page != null && page.getEncoding() == PageEncoding.RAW && isFilled(bytes, page)) {
        ByteBuffer head = ByteBuffer.wrap(bytes, 0, page.getDataStart() + 1);
        long word = head.getLong(0);
        head.putLong(0, (word & ~FLAGS) | (word & CONTINUE) | ZERO);
        relaid.write(bytes, 0, head.limit());
      } else {
        relaid.writeBytes(bytes);
      }
    }
    return relaid.toByteArray();
  }

  private static boolean isFilled(byte[] bytes, Page page) {
    for (int i = page.getDataStart(); i < bytes.length; i++) {
      if (bytes[i] != bytes[page.getDataStart()]) {
        return false;
      }
    }
    return true;
  }

  /** The record, or the first of the run, with its block's name. */
  private static byte[] named(Event event) {
    byte[] bytes = bytes(event);
    long word = ByteBuffer.wrap(bytes).getLong();
    if ((word & CONTINUE) == 0) {
      return bytes;
    }
    byte[] name = event.getPage().getBlock().getBytes(StandardCharsets.ISO_8859_1);
    return ByteBuffer.allocate(bytes.length + 1 + name.length)
        .putLong(word & ~CONTINUE)
        .put((byte) name.length)
        .put(name)
        .put(bytes, Long.BYTES, bytes.length - Long.BYTES)
        .array();
  }

  private static byte[] bytes(Event event) {
    byte[] bytes = new byte[event.getWire().remaining()];
    event.getWire().duplicate().get(bytes);
    return bytes;
  }
}
