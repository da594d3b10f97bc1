package org.colotape.schema.wire;

/**
 * The flags of a word in a RAM section: its bits below the page size. Those above are an offset
 * (QEMU migration/ram.h, RAM_SAVE_FLAG_*).
 */
public final class RamFlags {
  /** A page filled with one byte, which follows. */
  public static final int ZERO = 0x002;

  /** The list of RAM blocks. */
  public static final int MEM_SIZE = 0x004;

  /** A page as it is. */
  public static final int PAGE = 0x008;

  /** The end of the section. */
  public static final int EOS = 0x010;

  /** Beside another flag: the block is that of the page before, and is not named. */
  public static final int CONTINUE = 0x020;

  /** A page as what changed in it since it was last sent. */
  public static final int XBZRLE = 0x040;

  /** For RDMA only. */
  public static final int HOOK = 0x080;

  /** A page compressed with zlib (QEMU 2.4 to 9.0). */
  public static final int COMPRESS_PAGE = 0x100;

  /** The multifd channels are waited for (QEMU 8.1 and later). */
  public static final int MULTIFD_FLUSH = 0x200;

  /** Leads the data of an XBZRLE page (QEMU migration/ram.c, ENCODING_FLAG_XBZRLE). */
  public static final int XBZRLE_ENCODING = 0x01;

  private RamFlags() {}
}
