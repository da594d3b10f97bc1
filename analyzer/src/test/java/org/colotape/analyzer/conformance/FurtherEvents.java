package org.colotape.analyzer.conformance;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.colotape.recorder.session.RecordingSession;
import org.colotape.recorder.stream.StreamParser;
import org.colotape.schema.event.ChannelEnd;
import org.colotape.schema.event.Closing;
import org.colotape.schema.event.Configuration;
import org.colotape.schema.event.Direction;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.MultifdData;
import org.colotape.schema.event.MultifdMethod;
import org.colotape.schema.event.MultifdPacket;
import org.colotape.schema.event.MultifdStart;
import org.colotape.schema.event.Opaque;
import org.colotape.schema.event.Padding;
import org.colotape.schema.event.Page;
import org.colotape.schema.event.PageBitmap;
import org.colotape.schema.event.PageEncoding;
import org.colotape.schema.event.PagePacket;
import org.colotape.schema.event.RamBlock;
import org.colotape.schema.event.RamBlockList;

/** Events of multifd channels and of mapped-ram files, as their parsers make them. */
final class FurtherEvents {
  private static final String UUID = "00000000-0000-0000-0000-000000000001";
  private static final int START_BYTES = 64;
  private static final int HEAD_BYTES = 320;

  private final RecordingSession session;
  private final Map<Integer, Long> offsets = new HashMap<>();

  private FurtherEvents(RecordingSession session) {
    this.session = session;
  }

  /** What the rules find in each, by the rule that the damage was made for. */
  static Map<String, Supplier<Verified>> all() {
    Map<String, Supplier<Verified>> damages = new LinkedHashMap<>();
    damages.put("multifd-start", () -> multifd(c -> c.start(1, 0, 2).start(2, 0, 1)));
    damages.put("multifd-version", () -> multifd(c -> c.both().packet(1, 0, 2, 0, 0)));
    damages.put("multifd-reserved", () -> multifd(c -> c.both().packet(1, 0, 1, 0x80, 0)));
    damages.put(
        "multifd-method",
        () ->
            multifd(c ->
                c.both()
                    .pages(1, 0, MultifdMethod.NONE, 2, 1, 3)
                    .pages(2, 1, MultifdMethod.ZLIB, 1, 0, 1)));
    damages.put(
        "multifd-packet-num",
        () -> multifd(c -> c.both().packet(1, 5, 1, 0, 0).packet(1, 5, 1, 0, 0)));
    damages.put(
        "multifd-pages", () -> multifd(c -> c.both().pages(1, 0, MultifdMethod.NONE, 2, 1, 2)));
    damages.put("multifd-sync", () -> multifd(c -> c.both().packet(1, 0, 1, 1, 0)));
    damages.put("channel-unparsed", () -> multifd(c -> c.opaque(1)));
    damages.put("channel-cut", () -> multifd(c -> c.start(1, 0, 1).end(1, false)));
    damages.put("mapped-ram-place", () -> mapped(c -> c.block("pc.ram", 0x2000, 0x10_1000)));
    damages.put(
        "mapped-ram-bitmap",
        () -> mapped(c -> c.block("pc.ram", 0x2000, 0x10_0000).bitmap("pc.ram", 0xff, 0x01)));
    damages.put("mapped-ram-padding", () -> mapped(c -> c.padding(0, 0, 1)));
    return damages;
  }

  /** Two channels in order. */
  static Verified healthyMultifd() {
    return multifd(c ->
        c.both()
            .pages(1, 0, MultifdMethod.NONE, 2, 1, 3)
            .pages(2, 1, MultifdMethod.NONE, 1, 0, 1)
            .packet(1, 2, 1, 1, 0)
            .packet(2, 3, 1, 1, 0)
            .end(1, true)
            .end(2, true));
  }

  /**
   * Channels with pages that only the sender's hardware can tell apart, and the state of a device.
   */
  static Verified healthyHardware() {
    return multifd(c ->
        c.both()
            .packet(1, 0, 1, 4 << 1, MultifdMethod.QPL, 2, 0, 2)
            .device(2, "0000:00:03.0/vfio")
            .packet(1, 1, 1, 1, 0)
            .packet(2, 2, 1, 1, 0)
            .end(1, true)
            .end(2, true));
  }

  /** A file with two blocks in order. */
  static Verified healthyMapped() {
    return mapped(c ->
        c.block("pc.ram", 0x2000, 0x10_0000)
            .bitmap("pc.ram", 0xff)
            .padding(0, 0)
            .block("vga.vram", 0x10_8100, 0x20_0000));
  }

  private static Verified multifd(Consumer<FurtherEvents> channels) {
    return Verified.session(
        false,
        session -> {
          StreamParser main = new StreamParser(0, session);
          main.feed(ByteBuffer.wrap(new Healthy().upToDescription().bytes()));
          FurtherEvents further = new FurtherEvents(session);
          channels.accept(further);
          for (int channel : further.offsets.keySet()) {
            if (further.open.contains(channel)) {
              further.end(channel, true);
            }
          }
          main.end(Closing.FILE_ENDED, "end of file");
        });
  }

  private static Verified mapped(Consumer<FurtherEvents> file) {
    return Verified.session(
        false,
        session -> {
          FurtherEvents events = new FurtherEvents(session);
          events.emit(events.event(0, Kind.STREAM_HEADER, new byte[8]));
          Event configuration = events.event(0, Kind.CONFIGURATION, new byte[7]);
          configuration.setConfiguration(new Configuration("pc", List.of(), -1));
          events.emit(configuration);
          file.accept(events);
          events.emit(events.event(0, Kind.END_OF_SECTIONS, new byte[1]));
          events.end(0, true);
        });
  }

  private final List<Integer> open = new ArrayList<>();

  private FurtherEvents both() {
    return start(1, 0, 1).start(2, 1, 1);
  }

  private FurtherEvents start(int channel, int id, long version) {
    Event event = event(channel, Kind.MULTIFD_START, new byte[START_BYTES]);
    event.setMultifdStart(new MultifdStart(version, UUID, id));
    return emit(event);
  }

  /** A packet without pages. */
  private FurtherEvents packet(int channel, long number, long version, long flags, int pages) {
    return packet(channel, number, version, flags, MultifdMethod.NONE, 0, pages, pages);
  }

  /** A packet with pages, which come behind it. */
  private FurtherEvents pages(
      int channel, long number, MultifdMethod method, int normal, int zero, int allocated) {
    packet(channel, number, 1, 0, method, normal, zero, allocated);
    for (int i = 0; i < normal + zero; i++) {
      Event event = event(channel, Kind.PAGE, new byte[i < normal ? Healthy.PAGE : 0]);
      event.setPage(
          new Page(
              Healthy.BLOCK,
              (long) i * Healthy.PAGE,
              Healthy.PAGE,
              1,
              i < normal ? PageEncoding.RAW : PageEncoding.ZERO,
              0,
              false,
              new PagePacket(number, -1)));
      emit(event);
    }
    return this;
  }

  private FurtherEvents packet(
      int channel,
      long number,
      long version,
      long flags,
      MultifdMethod method,
      int normal,
      int zero,
      int allocated) {
    byte[] head = new byte[HEAD_BYTES];
    ByteBuffer.wrap(head).putInt(0x1122_3344);
    Event event = event(channel, Kind.MULTIFD_PACKET, head);
    event.setPacket(
        new MultifdPacket(
            version,
            flags,
            (flags & 1) != 0,
            method,
            number,
            normal + zero > 0 ? Healthy.BLOCK : "",
            allocated,
            normal,
            zero,
            method == MultifdMethod.NONE ? (long) normal * Healthy.PAGE : 10L,
            ""));
    emit(event);
    return method == MultifdMethod.NONE ? this : data(channel, number, 10);
  }

  /** A packet with state of a device, as QEMU 10.0 sends them. */
  private FurtherEvents device(int channel, String name) {
    byte[] head = new byte[HEAD_BYTES];
    ByteBuffer.wrap(head).putInt(0x1122_3344);
    Event event = event(channel, Kind.MULTIFD_PACKET, head);
    event.setPacket(
        new MultifdPacket(1L, 0x40L, false, MultifdMethod.NONE, -1L, "", 0, 0, 0, 5L, name));
    emit(event);
    return data(channel, event.getSeq(), 5);
  }

  /** What a packet announced beside pages. */
  private FurtherEvents data(int channel, long packet, int length) {
    Event event = event(channel, Kind.MULTIFD_DATA, new byte[length]);
    event.setPacketData(new MultifdData(packet, 0L));
    return emit(event);
  }

  private FurtherEvents opaque(int channel) {
    Event event = event(channel, Kind.OPAQUE, "no multifd".getBytes(StandardCharsets.US_ASCII));
    event.setOpaque(new Opaque("not a channel that is known", "channel " + channel, false));
    return emit(event);
  }

  private FurtherEvents end(int channel, boolean atBoundary) {
    Event event = event(channel, Kind.CHANNEL_END, new byte[0]);
    event.setChannelEnd(
        new ChannelEnd(event.getStreamOffset(), atBoundary, "end of file", Closing.FILE_ENDED));
    open.remove(Integer.valueOf(channel));
    session.accept(event);
    return this;
  }

  private FurtherEvents block(String name, long bitmapOffset, long pagesOffset) {
    Event event = event(0, Kind.RAM_BLOCK_LIST, new byte[40]);
    event.setBlocks(
        new RamBlockList(
            2 * Healthy.LENGTH,
            Healthy.PAGE,
            List.of(new RamBlock(name, Healthy.LENGTH, 0L, -1L, bitmapOffset, pagesOffset))));
    return emit(event);
  }

  private FurtherEvents bitmap(String block, int... bytes) {
    Event event = event(0, Kind.PAGE_BITMAP, bytes(bytes));
    event.setBitmap(new PageBitmap(block, 0L));
    return emit(event);
  }

  private FurtherEvents padding(int... bytes) {
    Event event = event(0, Kind.PADDING, bytes(bytes));
    event.setPadding(new Padding((long) bytes.length));
    return emit(event);
  }

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  private Event event(int channel, Kind kind, byte[] wire) {
    Event event = new Event();
    event.setKind(kind);
    event.setChannel(channel);
    event.setDirection(Direction.PVM_TO_SVM);
    event.setStreamOffset(offsets.getOrDefault(channel, 0L));
    event.setWire(ByteBuffer.wrap(wire));
    event.setPageEnds(List.of());
    return event;
  }

  private FurtherEvents emit(Event event) {
    int channel = event.getChannel();
    if (!open.contains(channel)) {
      open.add(channel);
    }
    offsets.put(channel, event.getStreamOffset() + event.getWire().remaining());
    session.accept(event);
    return this;
  }
}
