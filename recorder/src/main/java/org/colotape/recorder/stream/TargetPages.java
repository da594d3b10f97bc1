package org.colotape.recorder.stream;

/**
 * Page sizes of targets whose streams do not state one. A target with a choice states it in the
 * configuration, the others have theirs by nature (QEMU target/.../cpu-param.h, TARGET_PAGE_BITS),
 * which the machine type tells: all pages have 4 KiB but those of the machines here.
 */
final class TargetPages {
  private static final int ALPHA_SPARC64_OPENRISC_CRIS = 1 << 13;
  private static final int TRICORE = 1 << 14;

  private TargetPages() {}

  /** Page size in bytes of a machine that states none. */
  static int ofMachine(String machine) {
    return switch (machine) {
      case "clipper", "sun4u", "sun4v", "niagara", "or1k-sim", "axis-dev88" ->
          ALPHA_SPARC64_OPENRISC_CRIS;
      case "tricore_testboard", "KIT_AURIX_TC277_TRB" -> TRICORE;
      default -> Wire.DEFAULT_PAGE_SIZE;
    };
  }
}
