package org.colotape.recorder.simulation;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.colotape.recorder.simulation.guest.GuestBlock;
import org.colotape.schema.event.ColoMessageType;
import org.jspecify.annotations.Nullable;

/**
 * What the primary writes on the main channel (QEMU migration/savevm.c, qemu_savevm_state_header
 * and save_section_header; migration/ram.c, ram_save_setup, save_page_header).
 */
final class MainChannel {
  private static final int MAGIC = 0x5145_564d;
  private static final int VERSION = 3;
  private static final int EOF = 0x00;
  private static final int SECTION_START = 0x01;
  private static final int SECTION_PART = 0x02;
  private static final int SECTION_END = 0x03;
  private static final int CONFIGURATION = 0x07;
  private static final int COMMAND = 0x08;
  private static final int FOOTER = 0x7e;
  private static final int RAM_SECTION = 2;
  private static final int RAM_VERSION = 4;
  private static final int MEM_SIZE = 0x004;
  private static final int EOS = 0x010;
  private static final int CONTINUE = 0x020;
  private static final int MULTIFD_FLUSH = 0x200;
  private static final int XBZRLE_ENCODING = 1;
  private static final int OPEN_RETURN_PATH = 1;
  private static final int PING = 2;
  private static final int ENABLE_COLO = 8;
  private static final int SWITCHOVER_START = 11;

  /** Bytes that are let go at once. */
  private static final int BUFFER = 1 << 18;

  private final Link link;
  private final List<GuestBlock> blocks;
  private WireBytes out;
  private int lastBlock = -1;

  MainChannel(Link link, List<GuestBlock> blocks) {
    this.link = link;
    this.blocks = blocks;
    this.out = link.main();
  }

  /** Writes into a blob that is not sent yet, or, if it is null, on the channel again. */
  void writeTo(@Nullable WireBytes blob) {
    out = blob == null ? link.main() : blob;
  }

  WireBytes out() {
    return out;
  }

  void header(String machine) {
    out.be32(MAGIC).be32(VERSION).u8(CONFIGURATION);
    out.be32(machine.length()).bytes(machine.getBytes(StandardCharsets.US_ASCII));
  }

  void openReturnPath() {
    out.u8(COMMAND).be16(OPEN_RETURN_PATH).be16(0);
  }

  void ping(int payload) {
    out.u8(COMMAND).be16(PING).be16(Integer.BYTES).be32(payload);
  }

  void enableColo() {
    out.u8(COMMAND).be16(ENABLE_COLO).be16(0);
  }

  void switchover() {
    out.u8(COMMAND).be16(SWITCHOVER_START).be16(0);
  }

  /** Introduces the RAM section and its blocks. */
  void ramStart() {
    out.u8(SECTION_START).be32(RAM_SECTION).name("ram").be32(0).be32(RAM_VERSION);
    long total = blocks.stream().mapToLong(GuestBlock::usedLength).sum();
    out.be64(total | MEM_SIZE);
    for (GuestBlock block : blocks) {
      out.name(block.name()).be64(block.usedLength());
    }
  }

  void ramPart() {
    out.u8(SECTION_PART).be32(RAM_SECTION);
  }

  void ramEnd() {
    out.u8(SECTION_END).be32(RAM_SECTION);
  }

  /** Ends a RAM section of whatever kind. */
  void endOfRam() {
    out.be64(EOS).u8(FOOTER).be32(RAM_SECTION);
  }

  void multifdFlush() {
    out.be64(MULTIFD_FLUSH);
  }

  void page(SentPage sent) {
    int block = sent.page().block();
    long word = sent.page().offset() | sent.encoding().flag();
    if (block == lastBlock) {
      out.be64(word | CONTINUE);
    } else {
      out.be64(word).name(blocks.get(block).name());
      lastBlock = block;
    }
    switch (sent.encoding()) {
      case XBZRLE -> out.u8(XBZRLE_ENCODING).be16(sent.body().length);
      case ZLIB -> out.be32(sent.body().length);
      case RAW, FILLED -> {
        // the body says all
      }
    }
    out.bytes(sent.body());
    if (out == link.main() && out.length() > BUFFER) {
      link.flush();
    }
  }

  void eof() {
    out.u8(EOF);
  }

  /** Announces a blob. */
  void vmstateSize(long size) {
    out.be32(Link.number(ColoMessageType.VMSTATE_SIZE)).be64(size);
  }
}
