package org.colotape.replayer.decode;

import java.util.HashMap;
import java.util.Map;
import org.colotape.schema.event.Direction;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.MultifdPacket;
import org.colotape.schema.event.Page;
import org.jspecify.annotations.Nullable;

/**
 * Decodes the pages of multifd packets that were compressed together. It follows every channel's
 * packets, whether their pages are wanted or not, because each packet's data can only be read
 * behind those of the one before. Used by one thread.
 */
public final class PacketDecoder implements AutoCloseable {
  /** Most bytes of pages in a packet (QEMU migration/multifd.h, MULTIFD_PACKET_SIZE). */
  static final int MAX_PAGES_BYTES = 512 << 10;

  /** Most bytes of data in a packet that are believed. */
  static final int MAX_DATA_BYTES = 2 * MAX_PAGES_BYTES;

  private final Map<Integer, PacketChannel> channels = new HashMap<>();

  /** Shared by all channels. */
  private final ZstdBuffers zstd = new ZstdBuffers();

  /**
   * Takes notice of an event of any kind, in the order of the recording. A page of a compressed
   * packet must come here before its contents are asked for.
   *
   * @return why the pages of the event's packet can't be decoded, or null if they can as far as the
   *     event tells
   */
  public @Nullable String follow(Event event) {
    return switch (event.getKind()) {
      case MULTIFD_PACKET -> of(event).begin(event.getSeq(), event.getPacket());
      case MULTIFD_DATA -> of(event).add(event.getPacketData(), event.getWire());
      case PAGE -> {
        if (isPacked(event.getPage())) {
          of(event).decompress(event.getPage());
        }
        yield null;
      }
      case OPAQUE -> {
        if (event.getDirection() == Direction.PVM_TO_SVM) {
          of(event).lose("bytes of the channel could not be parsed at event " + event.getSeq());
        }
        yield null;
      }
      default -> null;
    };
  }

  /** Whether the page's contents are among the data of its packet. */
  public static boolean isPacked(Page page) {
    return page.getPacket() != null && page.getPacket().getIndex() >= 0;
  }

  /**
   * What such a page's event writes; it holds until the next packet of the channel.
   *
   * @throws PageDecodeException if the packet's data are damaged, or those of an earlier one were
   */
  public PageContent decode(Event event) throws PageDecodeException {
    return of(event).page(event.getPage());
  }

  @Override
  public void close() {
    channels.values().forEach(PacketChannel::close);
  }

  private PacketChannel of(Event event) {
    return channels.computeIfAbsent(
        event.getChannel(), channel -> new PacketChannel(channel, zstd));
  }

  /** Whether the packet's data are of the size that a recorder believes. */
  static boolean isBounded(MultifdPacket packet) {
    return packet.getNormalPages() >= 0
        && packet.getNormalPages() <= MAX_PAGES_BYTES
        && packet.getDataLength() >= 0
        && packet.getDataLength() <= MAX_DATA_BYTES;
  }
}
