package org.colotape.schema.wire;

import org.colotape.schema.event.MultifdMethod;
import org.colotape.schema.event.PageEncoding;
import org.jspecify.annotations.Nullable;

/**
 * What leads a multifd channel and its packets (QEMU migration/multifd.h). Numbers on the wire are
 * big-endian.
 */
public final class MultifdFormat {
  /** Leads the channel and each packet. */
  public static final long MAGIC = 0x1122_3344L;

  /** The version of channels and packets. */
  public static final long VERSION = 1;

  /** Bytes that lead a channel (MultiFDInit_t). */
  public static final int START_BYTES = 64;

  /** Where in them the UUID of the VM stands: 16 bytes. */
  public static final int UUID_AT = 8;

  /** Where in them the channel's id stands: one byte. */
  public static final int ID_AT = 24;

  /** The packet synchronises the channels. */
  public static final int SYNC = 1;

  /** The packet carries a device's state, not pages, and has another head (QEMU 10.0). */
  public static final int DEVICE_STATE = 1 << 6;

  /** All flags that are known: SYNC, the methods', and that of a device's state. */
  public static final int KNOWN_FLAGS = (DEVICE_STATE << 1) - 1;

  /** Length of the name of a RAM block or device in a head, ended by a zero byte. */
  public static final int NAME_BYTES = 256;

  /** Where in a head the flags stand, in 32 bits. */
  public static final int FLAGS_AT = 8;

  /** Where in a head the number of page offsets stands that it has room for. */
  public static final int PAGES_ALLOCATED_AT = 12;

  /** Where in a head the number of pages with contents stands. */
  public static final int NORMAL_PAGES_AT = 16;

  /** Where in a head the number of bytes of data behind it stands. */
  public static final int DATA_LENGTH_AT = 20;

  /** Where in a head the packet's number stands, in 64 bits. */
  public static final int NUMBER_AT = 24;

  /** Where in a head the number of zero pages stands. */
  public static final int ZERO_PAGES_AT = 32;

  /** Where in a head the bytes begin that mean nothing. */
  public static final int RESERVED_AT = 36;

  /** Where in a head the block's name stands. */
  public static final int NAME_AT = 64;

  /** Bytes of a head before its page offsets (MultiFDPacket_t). */
  public static final int HEAD_BYTES = NAME_AT + NAME_BYTES;

  /** Bytes of the head of a device's state (MultiFDPacketDeviceState_t). */
  public static final int DEVICE_HEAD_BYTES = 3 * Integer.BYTES + NAME_BYTES + 2 * Integer.BYTES;

  /**
   * Most bytes of pages in a packet (MULTIFD_PACKET_SIZE): a head has room for the offsets of that
   * many, whether they are used or not.
   */
  public static final int PACKET_BYTES = 512 << 10;

  private static final int METHOD_SHIFT = 1;
  private static final int METHOD_MASK = 0x1f;

  private MultifdFormat() {}

  /** The method in a packet's flags; UNKNOWN if it is none. */
  public static MultifdMethod method(long flags) {
    return switch ((int) (flags >>> METHOD_SHIFT) & METHOD_MASK) {
      case 0 -> MultifdMethod.NONE;
      case 1 -> MultifdMethod.ZLIB;
      case 2 -> MultifdMethod.ZSTD;
      case 4 -> MultifdMethod.QPL;
      case 8 -> MultifdMethod.UADK;
      case 16 -> MultifdMethod.QATZIP;
      default -> MultifdMethod.UNKNOWN;
    };
  }

  /** How a page of a method's data is encoded; null if only the sender's hardware knows. */
  public static @Nullable PageEncoding encoding(MultifdMethod method) {
    return switch (method) {
      case NONE -> PageEncoding.RAW;
      case ZLIB -> PageEncoding.ZLIB_STREAM;
      case ZSTD -> PageEncoding.ZSTD_STREAM;
      case QPL, UADK, QATZIP, UNKNOWN -> null;
    };
  }
}
