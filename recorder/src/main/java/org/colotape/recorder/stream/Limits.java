package org.colotape.recorder.stream;

import org.colotape.schema.wire.MultifdFormat;

/** The bounds that we put on what a stream states. */
final class Limits {
  /** Longest piece of device state, description or opaque bytes that one event carries. */
  static final int PIECE_BYTES = org.colotape.schema.check.Limits.PIECE_BYTES;

  /**
   * Largest section id that is believed where the section was not introduced: QEMU counts them up
   * from 0.
   */
  static final long MAX_SECTION_ID = (1 << 20) - 1;

  /** Most sections that a stream may introduce; large machines have some ten thousand. */
  static final int MAX_SECTIONS = 1 << 15;

  /** Most RAM blocks that a stream may list. */
  static final int MAX_BLOCKS = org.colotape.schema.check.Limits.MAX_BLOCKS;

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

  /**
   * Longest compressed data of a multifd packet: no method makes more than twice of what it gets.
   */
  static final int MAX_PACKET_DATA_BYTES = 2 * MultifdFormat.PACKET_BYTES;

  /** Longest device state in a multifd packet; QEMU's VFIO sends 1 MiB at once. */
  static final long MAX_PACKET_DEVICE_BYTES = 1L << 30;

  private Limits() {}
}
