package org.colotape.recorder.stream;

/**
 * Whether the RAM block list may state page sizes of blocks. With postcopy-ram the sender announces
 * it before the list, with all page sizes of its blocks as a sum of powers of two (QEMU
 * migration/savevm.c, qemu_savevm_send_postcopy_advise; migration/ram.c, ram_pagesize_summary).
 */
final class HugePages {
  private static final long ANY = -1;

  private boolean known;
  private long sizes = ANY;

  /**
   * @param postcopyRam true if the user says that the sender had postcopy-ram
   */
  HugePages(boolean postcopyRam) {
    known = postcopyRam;
  }

  /** Postcopy was announced without RAM: no block states a page size. */
  void announceNone() {
    known = true;
    sizes = 0;
  }

  /**
   * Postcopy of RAM was announced.
   *
   * @param summary the page sizes of all blocks, each a bit
   */
  void announce(long summary) {
    known = true;
    sizes = summary;
  }

  /**
   * Whether a page size may stand in the list. Where nothing was announced the announcement may
   * have been lost; a field that looks like a page size is then taken for one, but not beside
   * addresses, which may look alike.
   */
  boolean mayBeStated(boolean besideAddresses) {
    return known ? sizes != 0 : !besideAddresses;
  }

  /** Whether a block may have pages of this size. */
  boolean allows(long pageSize) {
    return (sizes & pageSize) != 0;
  }
}
