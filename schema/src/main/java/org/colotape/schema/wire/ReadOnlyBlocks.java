package org.colotape.schema.wire;

/**
 * RAM blocks that no write of a guest reaches, by the names that QEMU gives them on the wire. Only
 * QEMU itself changes them: when it is reset, or when a guest asks for a file of firmware.
 */
public final class ReadOnlyBlocks {
  /** Files for the firmware, outside of the guest's address space (QEMU hw/core/loader.c). */
  private static final String FIRMWARE_FILE = "/rom@";

  /** PC firmware (QEMU hw/i386/x86-common.c, x86_bios_rom_init). */
  private static final String BIOS = "pc.bios";

  /** Option ROMs (QEMU hw/i386/pc.c, pc_memory_init; hw/pci/pci.c, pci_add_option_rom). */
  private static final String OPTION_ROM = ".rom";

  private ReadOnlyBlocks() {}

  /** True if a guest can't write to the block of that name. */
  public static boolean contain(String block) {
    return block.startsWith(FIRMWARE_FILE) || block.equals(BIOS) || block.endsWith(OPTION_ROM);
  }
}
