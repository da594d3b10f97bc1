package org.colotape.recorder.stream;

/**
 * Whether the RAM block list may state page sizes of blocks. With postcopy-ram the sender announces
 * it before the list, with all page sizes of its blocks as a sum of powers of two (QEMU
 * migration/savevm.c, qemu_savevm_send_postcopy_advise; migration/ram.c, ram_pagesize_summary).
 */
final class HugePages {
  private static final long ANY = -1;

  private long sizes = ANY;

  /** Postcopy was announced without RAM: no block states a page size. */
  void announceNone() {
    sizes = 0;
  }

  /**
   * Postcopy of RAM was announced.
   *
   * @param summary the page sizes of all blocks, each a bit
   */
  void announce(long summary) {
    sizes = summary;
  }

  /**
   * Whether the list may state this page size for a block. Where nothing was announced the
   * announcement may have been lost, and what looks like a page size is taken for one.
   */
  boolean allows(long pageSize) {
    return (sizes & pageSize) != 0;
  }
}
