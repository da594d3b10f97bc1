package org.colotape.recorder.stream;

import org.colotape.schema.event.MultifdMethod;
import org.colotape.schema.event.PageEncoding;
import org.jspecify.annotations.Nullable;

/** Numbers of a multifd channel (QEMU migration/multifd.h), and the bounds that we put on them. */
final class Multifd {
  /** Leads the channel and each packet. */
  static final long MAGIC = 0x1122_3344L;

  static final long VERSION = 1;

  /** Bytes that lead a channel (MultiFDInit_t). */
  static final int START_BYTES = 64;

  static final int SYNC = 1;

  /** The packet carries a device's state, not pages, and has another head (QEMU 10.0). */
  static final int DEVICE_STATE = 1 << 6;

  static final int KNOWN_FLAGS = (DEVICE_STATE << 1) - 1;

  /** Length of the name of a RAM block or device in a head, ended by a zero byte. */
  static final int NAME_BYTES = 256;

  /** Bytes of a head before its page offsets (MultiFDPacket_t). */
  static final int HEAD_BYTES = 64 + NAME_BYTES;

  /** Bytes of the head of a device's state (MultiFDPacketDeviceState_t). */
  static final int DEVICE_HEAD_BYTES = 3 * Integer.BYTES + NAME_BYTES + 2 * Integer.BYTES;

  /**
   * Most bytes of pages in a packet (MULTIFD_PACKET_SIZE): a head has room for the offsets of that
   * many, whether they are used or not.
   */
  static final int PACKET_BYTES = 512 << 10;

  /** Longest compressed data of a packet: no method makes more than twice of what it gets. */
  static final int MAX_DATA_BYTES = 2 * PACKET_BYTES;

  /** Longest device state in a packet; QEMU's VFIO sends 1 MiB at once. */
  static final long MAX_DEVICE_BYTES = 1L << 30;

  private static final int METHOD_SHIFT = 1;
  private static final int METHOD_MASK = 0x1f;

  private Multifd() {}

  /** The method in a packet's flags; UNKNOWN if it is none. */
  static MultifdMethod method(long flags) {
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
  static @Nullable PageEncoding encoding(MultifdMethod method) {
    return switch (method) {
      case NONE -> PageEncoding.RAW;
      case ZLIB -> PageEncoding.ZLIB_STREAM;
      case ZSTD -> PageEncoding.ZSTD_STREAM;
      case QPL, UADK, QATZIP, UNKNOWN -> null;
    };
  }
}
