package org.colotape.replayer.decode;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.colotape.schema.event.MultifdData;
import org.colotape.schema.event.MultifdMethod;
import org.colotape.schema.event.MultifdPacket;
import org.colotape.schema.event.Page;
import org.jspecify.annotations.Nullable;

/**
 * The compressed packets of one multifd channel. Once data are missing or damaged nothing behind
 * them can be decoded.
 */
final class PacketChannel implements AutoCloseable {
  private static final byte[] NONE = new byte[0];
  private static final long NO_PACKET = -1;

  private final int channel;
  private final ZstdBuffers zstd;
  private @Nullable PacketStream stream;
  private MultifdMethod streamMethod = MultifdMethod.NONE;

  /** Why nothing more can be decoded, or null. */
  private @Nullable String broken;

  private long packet = NO_PACKET;
  private MultifdMethod method = MultifdMethod.NONE;
  private int normalPages;
  private int length;
  private byte[] packed = NONE;
  private int filled;
  private byte[] pages = NONE;
  private int pagesLength;
  private boolean decompressed = true;

  PacketChannel(int channel, ZstdBuffers zstd) {
    this.channel = channel;
    this.zstd = zstd;
  }

  /** Begins the packet of the event with this seq; the answer is why it can't be decoded. */
  @Nullable String begin(long seq, MultifdPacket head) {
    if (!decompressed) {
      lose("the data of event " + packet + " are not whole");
    }
    packet = seq;
    method = head.getMethod();
    normalPages = head.getNormalPages();
    filled = 0;
    pagesLength = 0;
    boolean packs = head.getDevice().isEmpty() && normalPages > 0 && method != MultifdMethod.NONE;
    decompressed = !packs;
    if (!packs) {
      length = 0;
      return null;
    }
    if (!PacketDecoder.isBounded(head)) {
      decompressed = true;
      lose("event " + seq + " states " + head.getDataLength() + " bytes of data");
      return broken;
    }
    length = (int) head.getDataLength();
    switch (method) {
      case ZLIB, ZSTD -> {
        if (stream != null && streamMethod != method) {
          lose("the channel changes from " + streamMethod + " to " + method);
        }
      }
      case NONE, QPL, UADK, QATZIP, UNKNOWN -> {
        decompressed = true;
        lose(
            method
                + " data can only be decompressed by the hardware library that compressed them;"
                + " they are recorded, but can't be replayed");
      }
    }
    return broken;
  }

  /** Takes data of the packet; the answer is why they are none. */
  @Nullable String add(MultifdData data, ByteBuffer wire) {
    if (decompressed) {
      return null; // not to be decoded: a device's state, or refused already
    }
    int more = wire.remaining();
    if (data.getPacket() != packet || data.getPosition() != filled || more > length - filled) {
      lose("data that do not belong to the packet of event " + packet);
      return broken;
    }
    if (packed.length - filled < more) {
      // as much as has come, not as is said to come
      packed = Arrays.copyOf(packed, Math.min(length, Math.max(2 * packed.length, filled + more)));
    }
    wire.duplicate().get(packed, filled, more);
    filled += more;
    return null;
  }

  /** Decompresses the packet, unless that was done: the page tells the size of its pages. */
  void decompress(Page page) {
    if (decompressed) {
      return;
    }
    decompressed = true;
    long wanted = (long) normalPages * page.getPageSize();
    if (wanted > PacketDecoder.MAX_PAGES_BYTES || filled < length) {
      lose("the data of event " + packet + " are not whole");
    }
    if (broken == null) {
      if (pages.length < wanted) {
        pages = new byte[(int) wanted];
      }
      try {
        stream().decompress(packed, length, pages, (int) wanted);
        pagesLength = (int) wanted;
      } catch (PageDecodeException e) {
        lose(String.valueOf(e.getMessage()));
      }
    }
  }

  /** Contents of a page of the packet. */
  PageContent page(Page page) throws PageDecodeException {
    long end = (page.getPacket().getIndex() + 1L) * page.getPageSize();
    String why = broken;
    if (why == null && (page.getPacket().getSeq() != packet || end > pagesLength)) {
      why = "the page is none of the packet of event " + packet;
    }
    if (why != null) {
      throw new PageDecodeException(why);
    }
    return new PageContent.Bytes(pages, (int) end - page.getPageSize());
  }

  /** Says that nothing more can be decoded; the first reason stays. */
  void lose(String why) {
    if (broken == null) {
      broken = "multifd channel " + channel + " can't be decompressed further: " + why;
    }
  }

  @Override
  public void close() {
    if (stream != null) {
      stream.close();
    }
  }

  private PacketStream stream() {
    PacketStream open = stream;
    if (open == null) {
      streamMethod = method;
      open = method == MultifdMethod.ZLIB ? new ZlibPackets() : new ZstdPackets(zstd);
      stream = open;
    }
    return open;
  }
}
