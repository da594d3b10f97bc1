package org.colotape.analyzer.conformance;

import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.MultifdMethod;
import org.colotape.schema.event.MultifdPacket;
import org.colotape.schema.event.MultifdStart;
import org.colotape.schema.event.Page;
import org.colotape.schema.event.RamBlock;
import org.colotape.schema.wire.MultifdFormat;
import org.jspecify.annotations.Nullable;

/** The channels of multifd, each for itself and against the others. */
final class MultifdCheck implements Check {
  static final Rule START =
      Rule.error(
          "multifd-start",
          "A channel begins with version 1, the UUID of all channels, an id of its own and zeros.",
          "migration/multifd.c, multifd_recv_initial_packet");

  static final Rule VERSION =
      Rule.error(
          "multifd-version",
          "A packet has magic 0x11223344 and version 1.",
          "migration/multifd.c, multifd_recv_unfill_packet_header");

  static final Rule RESERVED =
      Rule.error(
          "multifd-reserved",
          "Reserved bytes and flags of a packet are zero.",
          "migration/multifd.h, MultiFDPacket_t, MULTIFD_FLAG_SYNC, MULTIFD_FLAG_COMPRESSION_MASK,"
              + " MULTIFD_FLAG_DEVICE_STATE");

  static final Rule METHOD =
      Rule.error(
          "multifd-method",
          "All packets of all channels are compressed with one method.",
          "migration/multifd.c, multifd_recv (flags against the method)");

  /**
   * A SYNC that is asked for while pages wait takes their number too (QEMU 7.2,
   * multifd_send_sync_main).
   */
  static final Rule NUMBER =
      Rule.error(
          "multifd-packet-num",
          "The number of a packet is greater than that of the one before in its channel; with SYNC"
              + " it may be the same.",
          "migration/multifd.c, multifd_send_fill_packet, multifd_send_sync_main");

  static final Rule COUNT =
      Rule.error(
          "multifd-pages",
          "A packet has no more pages than it has offsets, each in a listed block, and their data.",
          "migration/multifd-nocomp.c, multifd_ram_unfill_packet");

  static final Rule SYNC =
      Rule.warning(
          "multifd-sync",
          "All channels have the same number of SYNC packets, unless the link was cut.",
          "migration/multifd.c, multifd_send_sync_main");

  static final List<Rule> RULES = List.of(START, VERSION, RESERVED, METHOD, NUMBER, COUNT, SYNC);

  private static final int START_RESERVED = 25;

  /** Methods whose pages have events of their own, as any machine can decompress them. */
  private static final Set<MultifdMethod> PAGED =
      EnumSet.of(MultifdMethod.NONE, MultifdMethod.ZLIB, MultifdMethod.ZSTD);

  private static final int MOST_CHANNELS = 1 << 10;

  /** What a channel has said. */
  private static final class Channel {
    long number = -1;

    /** True if the last packet was a SYNC. */
    boolean sync;

    long syncs;
    boolean lost;

    /** Where it ended, or null. */
    @Nullable Place end;

    /** Of the packet that is being read: events of pages that its head announces. */
    long announced;

    long came;

    /** Bytes of data that it announces beside them. */
    long announcedData;

    long cameData;
    Place packet = Place.NONE;

    /** Begins a packet. The data of uncompressed pages are in their events. */
    void announce(MultifdPacket head, Place place) {
      boolean device = (head.getFlags() & MultifdFormat.DEVICE_STATE) != 0;
      int normal = PAGED.contains(head.getMethod()) ? head.getNormalPages() : 0;
      announced = device ? 0 : (long) normal + head.getZeroPages();
      announcedData = device || head.getMethod() != MultifdMethod.NONE ? head.getDataLength() : 0;
      came = 0;
      cameData = 0;
      packet = place;
    }
  }

  private final Facts facts;
  private final Map<Integer, Channel> channels = new TreeMap<>();
  private final Map<Integer, Integer> ids = new HashMap<>();
  private String uuid = "";
  private MultifdMethod method = MultifdMethod.UNKNOWN;

  MultifdCheck(Facts facts) {
    this.facts = facts;
  }

  @Override
  public void see(Event event, Findings findings) {
    if (event.getChannel() == 0) {
      return;
    }
    switch (event.getKind()) {
      case MULTIFD_START -> start(event, event.getMultifdStart(), findings);
      case MULTIFD_PACKET -> packet(event, event.getPacket(), findings);
      case PAGE -> page(event, event.getPage());
      case MULTIFD_DATA -> {
        Channel channel = channels.get(event.getChannel());
        if (channel != null) {
          channel.cameData += Bytes.length(event);
        }
      }
      case OPAQUE -> {
        Channel channel = channels.get(event.getChannel());
        if (channel != null) {
          channel.lost = true;
        }
      }
      case CHANNEL_END -> {
        Channel channel = channels.get(event.getChannel());
        if (channel != null) {
          channel.end = findings.place(event);
          channel.lost |= !event.getChannelEnd().getAtBoundary();
        }
      }
      default -> {}
    }
  }

  private void start(Event event, MultifdStart start, Findings findings) {
    if (channels.size() == MOST_CHANNELS) {
      return;
    }
    channels.put(event.getChannel(), new Channel());
    if (start.getVersion() != 1) {
      findings.add(START, event, Integer.BYTES, "version " + start.getVersion());
    }
    if (uuid.isEmpty()) {
      uuid = start.getUuid();
    } else if (!uuid.equals(start.getUuid())) {
      findings.add(START, event, "UUID %s, others have %s".formatted(start.getUuid(), uuid));
    }
    Integer other = ids.putIfAbsent(start.getChannelId(), event.getChannel());
    if (other != null) {
      findings.add(START, event, "id %d, as channel %d has".formatted(start.getChannelId(), other));
    }
    if (Bytes.length(event) == MultifdFormat.START_BYTES
        && !Bytes.zero(event, START_RESERVED, MultifdFormat.START_BYTES)) {
      findings.add(START, event, START_RESERVED, "reserved bytes are not zero");
    }
  }

  private void packet(Event event, MultifdPacket packet, Findings findings) {
    Channel channel = channels.get(event.getChannel());
    if (channel == null) {
      return;
    }
    complete(channel, findings);
    if (packet.getVersion() != 1
        || (Bytes.length(event) >= Integer.BYTES && Bytes.u32(event, 0) != MultifdFormat.MAGIC)) {
      findings.add(VERSION, event, "version " + packet.getVersion());
    }
    boolean device = (packet.getFlags() & MultifdFormat.DEVICE_STATE) != 0;
    boolean zeros =
        device
            || Bytes.length(event) < MultifdFormat.NAME_AT
            || Bytes.zero(event, MultifdFormat.RESERVED_AT, MultifdFormat.NAME_AT);
    if (!zeros || (packet.getFlags() & ~MultifdFormat.KNOWN_FLAGS) != 0) {
      findings.add(RESERVED, event, "flags 0x%x".formatted(packet.getFlags()));
    }
    channel.announce(packet, findings.place(event));
    if (device) {
      return;
    }
    boolean same = packet.getNumber() == channel.number && (packet.getSync() || channel.sync);
    if (packet.getNumber() <= channel.number && !same && !channel.lost) {
      findings.add(
          NUMBER, event, "packet %d behind %d".formatted(packet.getNumber(), channel.number));
    }
    channel.number = packet.getNumber();
    channel.sync = packet.getSync();
    channel.syncs += packet.getSync() ? 1 : 0;
    method(event, packet, findings);
    pages(event, packet, findings);
  }

  /** A packet that only synchronises says no method in some versions. */
  private void method(Event event, MultifdPacket packet, Findings findings) {
    if (packet.getNormalPages() == 0) {
      return;
    }
    if (method == MultifdMethod.UNKNOWN) {
      method = packet.getMethod();
    }
    if (packet.getMethod() != method || method == MultifdMethod.UNKNOWN) {
      findings.add(METHOD, event, packet.getMethod() + " where others have " + method);
    }
  }

  private void pages(Event event, MultifdPacket packet, Findings findings) {
    long pages = (long) packet.getNormalPages() + packet.getZeroPages();
    if (packet.getNormalPages() < 0
        || packet.getZeroPages() < 0
        || pages > packet.getPagesAllocated()) {
      findings.add(
          COUNT,
          event,
          "%d normal and %d zero pages of %d"
              .formatted(
                  packet.getNormalPages(), packet.getZeroPages(), packet.getPagesAllocated()));
    }
    if (pages > 0) {
      RamBlock block = facts.block(packet.getBlock());
      if (block == null && facts.hasBlocks()) {
        findings.add(COUNT, event, "block '" + packet.getBlock() + "' is not listed");
      }
    }
    boolean none = packet.getMethod() == MultifdMethod.NONE;
    if (none && packet.getDataLength() != (long) packet.getNormalPages() * facts.pageSize) {
      findings.add(
          COUNT,
          event,
          "%d bytes of %d pages".formatted(packet.getDataLength(), packet.getNormalPages()));
    }
  }

  private void page(Event event, Page page) {
    Channel channel = channels.get(event.getChannel());
    if (channel != null) {
      channel.came += page.getPages();
    }
  }

  private static void complete(Channel channel, Findings findings) {
    if (channel.came != channel.announced && !channel.lost) {
      findings.add(
          COUNT, channel.packet, "%d pages came of %d".formatted(channel.came, channel.announced));
    }
    if (channel.cameData != channel.announcedData && !channel.lost) {
      findings.add(
          COUNT,
          channel.packet,
          "%d bytes of data came of %d".formatted(channel.cameData, channel.announcedData));
    }
  }

  @Override
  public void end(Findings findings) {
    long syncs = -1;
    for (Channel channel : channels.values()) {
      complete(channel, findings);
      Place end = channel.end;
      if (channel.lost || end == null) {
        return;
      }
      if (syncs >= 0 && channel.syncs != syncs) {
        findings.add(
            SYNC, end, "%d SYNC packets, another channel has %d".formatted(channel.syncs, syncs));
      }
      syncs = channel.syncs;
    }
  }
}
