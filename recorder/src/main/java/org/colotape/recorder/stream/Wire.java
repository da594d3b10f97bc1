package org.colotape.recorder.stream;

/**
 * Numbers of the migration stream, each named after QEMU's, and the bounds that we put on its
 * lengths.
 */
final class Wire {
  // migration/qemu-file-types.h, migration/savevm.h
  static final long MAGIC = 0x5145_564dL;
  static final long VERSION = 3;
  static final int EOF = 0x00;
  static final int SECTION_START = 0x01;
  static final int SECTION_PART = 0x02;
  static final int SECTION_END = 0x03;
  static final int SECTION_FULL = 0x04;
  static final int SUBSECTION = 0x05;
  static final int VM_DESCRIPTION = 0x06;
  static final int CONFIGURATION = 0x07;
  static final int COMMAND = 0x08;
  static final int SECTION_FOOTER = 0x7e;

  // migration/ram.c, RAM_SAVE_FLAG_*
  static final int RAM_ZERO = 0x002;
  static final int RAM_MEM_SIZE = 0x004;
  static final int RAM_PAGE = 0x008;
  static final int RAM_EOS = 0x010;
  static final int RAM_CONTINUE = 0x020;
  static final int RAM_XBZRLE = 0x040;
  static final int RAM_HOOK = 0x080;
  static final int RAM_COMPRESS_PAGE = 0x100;
  static final int RAM_MULTIFD_FLUSH = 0x200;

  // migration/xbzrle.h, ENCODING_FLAG_XBZRLE
  static final int XBZRLE_ENCODING = 0x01;

  /** Bytes of a section's footer: type and id. */
  static final int FOOTER_BYTES = 5;

  /** Longest piece of device state, description or opaque bytes that one event carries. */
  static final int PIECE_BYTES = 1 << 20;

  /**
   * Largest section id that is believed where the section was not introduced: QEMU counts them up
   * from 0.
   */
  static final long MAX_SECTION_ID = (1 << 20) - 1;

  /** Most sections that a stream may introduce; large machines have some ten thousand. */
  static final int MAX_SECTIONS = 1 << 15;

  /** Most RAM blocks that a stream may list. */
  static final int MAX_BLOCKS = 1 << 14;

  /** Most bytes that a configuration may take. */
  static final int MAX_CONFIGURATION_BYTES = 1 << 17;

  /** Longest machine type name: more is damage. */
  static final int MAX_MACHINE_NAME = 256;

  /** Most capabilities that a configuration may state; QEMU knows about 30. */
  static final int MAX_CAPABILITIES = 256;

  /** Most bytes that a RAM block list may take; a block takes about 20. */
  static final int MAX_BLOCK_LIST_BYTES = 1 << 18;

  /**
   * Most pages of a block in a mapped-ram file, so that the bitmap that is held stays bounded: 8
   * TiB of 4 KiB pages.
   */
  static final long MAX_MAPPED_PAGES = Integer.MAX_VALUE;

  /**
   * Alignment of the pages in a mapped-ram file (QEMU migration/ram.c,
   * MAPPED_RAM_FILE_OFFSET_ALIGNMENT).
   */
  static final long MAPPED_ALIGNMENT = 1 << 20;

  /** Most bytes between a bitmap and the pages in a mapped-ram file; QEMU only aligns. */
  static final long MAX_MAPPED_GAP = 64L << 20;

  /** Longest VM description; QEMU's are below 1 MiB. */
  static final long MAX_DESCRIPTION_BYTES = 64L << 20;

  /** Longest VM description that is held whole, to be compared with the sections. */
  static final long MAX_CHECKED_DESCRIPTION_BYTES = 16L << 20;

  /** Longest VMSTATE blob or package: RAM may be inside, so only the absurd is refused. */
  static final long MAX_REGION_BYTES = 1L << 44;

  /** Longest bitmap of received pages: that of a block of 1 PiB. */
  static final long MAX_BITMAP_BYTES = 1L << 35;

  /** Smallest and largest target page bits of QEMU's targets. */
  static final int MIN_PAGE_BITS = 10;

  static final int MAX_PAGE_BITS = 16;

  /** Page size of a stream that does not state one: x86's. */
  static final int DEFAULT_PAGE_SIZE = 4096;

  private Wire() {}
}
