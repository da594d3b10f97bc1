package org.colotape.recorder.stream;

import org.colotape.schema.event.MultifdMethod;
import org.colotape.schema.event.MultifdPacket;
import org.colotape.schema.wire.MultifdFormat;
import org.jspecify.annotations.Nullable;

/**
 * Head of a multifd packet (QEMU migration/multifd.c, multifd_recv_unfill_packet). Its length
 * follows from the page size alone: there is room for the offsets of a full packet, of which the
 * sender may use none.
 *
 * @param packet what the head says
 * @param offsets of its pages, normal ones first, then zero ones
 * @param end stream offset behind the head
 */
// equality is never asked for, and the array is the parser's own
@SuppressWarnings("ArrayRecordComponent")
record MultifdHead(MultifdPacket packet, long[] offsets, long end) {
  /** No packet. */
  static final MultifdHead NONE = new MultifdHead(new MultifdPacket(), new long[0], 0);

  private static final int DEVICE_NAME = 12;

  /**
   * The head that stands at {@code at}.
   *
   * @return null if more bytes are needed
   * @throws Unparseable if it is none, or its fields are out of bounds or contradict each other
   */
  static @Nullable MultifdHead at(Window window, long at, int pageSize) throws Unparseable {
    if (!window.has(at + DEVICE_NAME)) {
      return null;
    }
    if (window.u32(at) != MultifdFormat.MAGIC) {
      throw new Unparseable("no multifd packet: it begins without the magic");
    }
    long version = window.u32(at + Integer.BYTES);
    if (version != MultifdFormat.VERSION) {
      throw new Unparseable("multifd packet of version " + version + ", only 1 is known");
    }
    long flags = window.u32(at + MultifdFormat.FLAGS_AT);
    MultifdMethod method = MultifdFormat.method(flags);
    if (flags > MultifdFormat.KNOWN_FLAGS || method == MultifdMethod.UNKNOWN) {
      throw new Unparseable("multifd packet with unknown flags 0x" + Long.toHexString(flags));
    }
    return (flags & MultifdFormat.DEVICE_STATE) == 0
        ? pages(window, at, flags, method, pageSize)
        : device(window, at, flags, method);
  }

  /** True if the head carries a device's state. */
  boolean isDevice() {
    return (packet.getFlags() & MultifdFormat.DEVICE_STATE) != 0;
  }

  /** True if the bytes that are reserved are all zero, as QEMU sends them. */
  static boolean isReservedZero(Window window, long at) {
    for (long i = at + MultifdFormat.RESERVED_AT; i < at + MultifdFormat.NAME_AT; i++) {
      if (window.u8(i) != 0) {
        return false;
      }
    }
    return true;
  }

  private static @Nullable MultifdHead pages(
      Window window, long at, long flags, MultifdMethod method, int pageSize) throws Unparseable {
    int capacity = MultifdFormat.PACKET_BYTES / pageSize;
    long end = at + MultifdFormat.HEAD_BYTES + (long) capacity * Long.BYTES;
    if (!window.has(end)) {
      return null;
    }
    long allocated = window.u32(at + MultifdFormat.PAGES_ALLOCATED_AT);
    long normal = window.u32(at + MultifdFormat.NORMAL_PAGES_AT);
    long zero = window.u32(at + MultifdFormat.ZERO_PAGES_AT);
    if (allocated > capacity || normal + zero > allocated) {
      throw new Unparseable(
          "multifd packet of %d normal and %d zero pages with room for %d, of at most %d"
              .formatted(normal, zero, allocated, capacity));
    }
    long length =
        dataLength(window.u32(at + MultifdFormat.DATA_LENGTH_AT), method, normal * pageSize);
    String block = name(window, at + MultifdFormat.NAME_AT, normal + zero > 0);
    long[] offsets = new long[(int) (normal + zero)];
    for (int i = 0; i < offsets.length; i++) {
      offsets[i] = window.u64(at + MultifdFormat.HEAD_BYTES + (long) i * Long.BYTES);
      if (offsets[i] < 0 || offsets[i] >= Limits.MAX_REGION_BYTES || offsets[i] % pageSize != 0) {
        throw new Unparseable(
            "multifd packet with a page at offset 0x" + Long.toHexString(offsets[i]));
      }
    }
    MultifdPacket packet =
        new MultifdPacket(
            MultifdFormat.VERSION,
            flags,
            (flags & MultifdFormat.SYNC) != 0,
            method,
            window.u64(at + MultifdFormat.NUMBER_AT),
            block,
            (int) allocated,
            (int) normal,
            (int) zero,
            length,
            "");
    return new MultifdHead(packet, offsets, end);
  }

  /**
   * Senders before QEMU 9.0 leave the last packet's length in one without normal pages, and no data
   * follow it.
   */
  private static long dataLength(long stated, MultifdMethod method, long pages) throws Unparseable {
    if (pages == 0) {
      return 0;
    }
    boolean plausible =
        method == MultifdMethod.NONE
            ? stated == pages
            : stated > 0 && stated <= Limits.MAX_PACKET_DATA_BYTES;
    if (!plausible) {
      throw new Unparseable(
          "multifd packet with %d bytes of data for %d bytes of pages".formatted(stated, pages));
    }
    return stated;
  }

  private static @Nullable MultifdHead device(
      Window window, long at, long flags, MultifdMethod method) throws Unparseable {
    long end = at + MultifdFormat.DEVICE_HEAD_BYTES;
    if (!window.has(end)) {
      return null;
    }
    long length = window.u32(end - Integer.BYTES);
    if (length > Limits.MAX_PACKET_DEVICE_BYTES || (flags & MultifdFormat.SYNC) != 0) {
      throw new Unparseable("multifd packet with " + length + " bytes of device state");
    }
    MultifdPacket packet =
        new MultifdPacket(
            MultifdFormat.VERSION,
            flags,
            false,
            method,
            -1L,
            "",
            0,
            0,
            0,
            length,
            name(window, at + DEVICE_NAME, true));
    return new MultifdHead(packet, new long[0], end);
  }

  private static String name(Window window, long at, boolean needed) throws Unparseable {
    int length = 0;
    while (length < MultifdFormat.NAME_BYTES && window.u8(at + length) != 0) {
      length++;
    }
    boolean sound =
        length < MultifdFormat.NAME_BYTES
            && window.printable(at, length)
            && (length > 0 || !needed);
    if (!sound) {
      throw new Unparseable("multifd packet with a name that is not text");
    }
    return window.text(at, length);
  }
}
