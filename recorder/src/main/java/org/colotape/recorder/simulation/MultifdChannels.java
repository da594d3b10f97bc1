package org.colotape.recorder.simulation;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.colotape.recorder.simulation.guest.GuestBlock;
import org.colotape.schema.event.Direction;

/**
 * The channels of multifd: pages go over them in packets, in turn (QEMU 10.0 migration/multifd.h,
 * MultiFDInit_t and MultiFDPacket_t; migration/multifd-nocomp.c, multifd_ram_fill_packet). Zero
 * pages are named in a packet behind the others.
 */
final class MultifdChannels implements AutoCloseable {
  private static final int CHANNELS = 2;
  private static final int MAGIC = 0x1122_3344;
  private static final int VERSION = 1;
  private static final int PACKET_PAGES = 128;
  private static final int SYNC = 1;
  private static final int UUID_BYTES = 16;
  private static final int INIT_RESERVED = 39;
  private static final int PACKET_RESERVED = 28;
  private static final int NAME_BYTES = 256;

  private final PairOutput output;
  private final List<GuestBlock> blocks;
  private final List<SentPage> waiting = new ArrayList<>();
  private final WireBytes out = new WireBytes();
  private final List<PacketStream> streams = new ArrayList<>();
  private final Supplier<PacketStream> method;
  private final int syncPages;
  private int next;
  private long packets;

  /**
   * @param bareSync true if a SYNC packet says that it has no room for pages, as since QEMU 11.1
   */
  MultifdChannels(
      PairOutput output, List<GuestBlock> blocks, Supplier<PacketStream> method, boolean bareSync) {
    this.output = output;
    this.blocks = blocks;
    this.method = method;
    this.syncPages = bareSync ? 0 : PACKET_PAGES;
  }

  /** Opens the channels. */
  void open() {
    for (int i = 0; i < CHANNELS; i++) {
      out.be32(MAGIC).be32(VERSION).zeros(UUID_BYTES).u8(i).zeros(INIT_RESERVED);
      send(i);
      streams.add(method.get());
    }
  }

  /** Sends a page, which must be raw or zero, with the next packet. */
  void page(SentPage sent) {
    if (waiting.size() == PACKET_PAGES
        || (!waiting.isEmpty() && waiting.getFirst().page().block() != sent.page().block())) {
      packet();
    }
    waiting.add(sent);
  }

  /** Sends what waits. */
  void flush() {
    if (!waiting.isEmpty()) {
      packet();
    }
  }

  /** Sends what waits, and a SYNC on each channel. */
  void sync() {
    flush();
    for (int i = 0; i < CHANNELS; i++) {
      head(SYNC, syncPages, 0, List.of(), List.of(), "");
      send(i);
    }
  }

  private void packet() {
    List<SentPage> normal = waiting.stream().filter(sent -> !sent.isZero()).toList();
    List<SentPage> zero = waiting.stream().filter(SentPage::isZero).toList();
    PacketStream stream = streams.get(next);
    byte[] data = stream.pack(normal);
    String block = blocks.get(waiting.getFirst().page().block()).name();
    head(stream.flags(), PACKET_PAGES, data.length, normal, zero, block);
    out.bytes(data);
    waiting.clear();
    send(next);
    next = (next + 1) % CHANNELS;
  }

  private void head(
      int flags,
      int room,
      int dataBytes,
      List<SentPage> normal,
      List<SentPage> zero,
      String block) {
    out.be32(MAGIC).be32(VERSION).be32(flags).be32(room).be32(normal.size());
    out.be32(dataBytes).be64(packets++).be32(zero.size());
    out.zeros(PACKET_RESERVED);
    byte[] name = new byte[NAME_BYTES];
    System.arraycopy(block.getBytes(StandardCharsets.UTF_8), 0, name, 0, block.length());
    out.bytes(name);
    normal.forEach(sent -> out.be64(sent.page().offset()));
    zero.forEach(sent -> out.be64(sent.page().offset()));
    for (int i = normal.size() + zero.size(); i < PACKET_PAGES; i++) {
      out.be64(0);
    }
  }

  @Override
  public void close() {
    streams.forEach(PacketStream::close);
  }

  private void send(int channel) {
    ByteBuffer bytes = out.drain();
    output.sent(channel + 1, Direction.PVM_TO_SVM, bytes);
  }
}
