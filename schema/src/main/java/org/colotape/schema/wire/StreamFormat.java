package org.colotape.schema.wire;

/**
 * What leads the stream and its elements (QEMU migration/qemu-file-types.h, migration/savevm.h).
 * Numbers on the wire are big-endian.
 */
public final class StreamFormat {
  /** Leads the stream: "QEVM", in 32 bits. */
  public static final long MAGIC = 0x5145_564dL;

  /** The version that follows it, in 32 bits. */
  public static final long VERSION = 3;

  /** Ends a run of sections. */
  public static final int EOF = 0x00;

  /** Leads the first part of an iterative section. */
  public static final int SECTION_START = 0x01;

  /** Leads a further part of an iterative section. */
  public static final int SECTION_PART = 0x02;

  /** Leads the last part of an iterative section. */
  public static final int SECTION_END = 0x03;

  /** Leads a whole section: the state of a device. */
  public static final int SECTION_FULL = 0x04;

  /** Leads a subsection in a device's state. */
  public static final int SUBSECTION = 0x05;

  /** Leads the description of the VM, a JSON text behind its length. */
  public static final int VM_DESCRIPTION = 0x06;

  /** Leads the configuration. */
  public static final int CONFIGURATION = 0x07;

  /** Leads a {@link MigrationCommand}. */
  public static final int COMMAND = 0x08;

  /** Bytes of a command before its payload: what leads it, its number and the payload's length. */
  public static final int COMMAND_HEAD_BYTES = 1 + 2 * Short.BYTES;

  /** Leads the footer of a section. */
  public static final int SECTION_FOOTER = 0x7e;

  /** Bytes of a section's footer: what leads it, and the section's id. */
  public static final int FOOTER_BYTES = 1 + Integer.BYTES;

  /** Id string of the section that holds page records. */
  public static final String RAM = "ram";

  /** Version of that section. */
  public static final int RAM_VERSION = 4;

  /** Page size in bytes of a stream that does not state one: x86's. */
  public static final int DEFAULT_PAGE_SIZE = 4096;

  private StreamFormat() {}
}
