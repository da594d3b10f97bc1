package org.colotape.recorder.stream;

import org.colotape.schema.event.RamBlock;
import org.jspecify.annotations.Nullable;

/**
 * Layout of one entry of the RAM block list: name, used length, and the fields that do not announce
 * themselves but follow from capabilities: the block's own page size (postcopy-ram), its address
 * (x-ignore-shared), where its pages stand (mapped-ram) (QEMU migration/ram.c, ram_save_setup and
 * parse_ramblocks). Postcopy goes with neither of the other two (migration/options.c,
 * migrate_caps_check).
 *
 * @param block what it says
 * @param pageSize page size of the stream as the entry states it, or 0
 * @param end stream offset behind the entry
 */
record BlockEntry(RamBlock block, long pageSize, long end) {
  private static final int WORD = Long.BYTES;

  /** Version 1, page size, offsets of bitmap and pages (QEMU migration/ram.c, MappedRamHeader). */
  private static final int MAPPED_HEADER = Integer.BYTES + 3 * WORD;

  private static final int MAPPED_VERSION = 1;

  /**
   * The entry at {@code at}.
   *
   * @param left what is left of the total for this entry and those behind it, in bytes
   * @return null if more bytes are needed
   * @throws Unparseable if the name is none, or the used length is more than what is left
   */
  static @Nullable BlockEntry at(Window window, long at, long left, StreamState state)
      throws Unparseable {
    if (!window.has(at + 1)) {
      return null;
    }
    long name = at + 1;
    long used = name + window.u8(at);
    long end = used + WORD;
    if (!window.has(end)) {
      return null;
    }
    demandName(window, name, used);
    demandLength(window.u64(used), left);
    boolean withAddress = state.has(Capabilities.IGNORE_SHARED);
    boolean mapped = state.has(Capabilities.MAPPED_RAM);
    long pageSize = 0;
    if (!mapped && !withAddress) {
      switch (statesPageSize(window, end, state)) {
        case YES -> {
          pageSize = window.u64(end);
          end += WORD;
        }
        case NO -> {}
        case MORE -> {
          return null;
        }
      }
    }
    long address = -1;
    if (withAddress) {
      if (!window.has(end + WORD)) {
        return null;
      }
      address = window.u64(end);
      end += WORD;
    }
    String text = window.text(name, (int) (used - name));
    RamBlock block = new RamBlock(text, window.u64(used), pageSize, address, -1L, -1L);
    return mapped ? mapped(window, end, block) : new BlockEntry(block, 0, end);
  }

  private static @Nullable BlockEntry mapped(Window window, long at, RamBlock block)
      throws Unparseable {
    long end = at + MAPPED_HEADER;
    if (!window.has(end)) {
      return null;
    }
    if (window.u32(at) != MAPPED_VERSION) {
      throw new Unparseable(
          "version "
              + window.u32(at)
              + " of the head of mapped-ram block "
              + block.getName()
              + ", only 1 is known");
    }
    block.setBitmapOffset(window.u64(end - 2 * WORD));
    block.setPagesOffset(window.u64(end - WORD));
    return new BlockEntry(block, window.u64(end - 3 * WORD), end);
  }

  private static void demandName(Window window, long begin, long end) throws Unparseable {
    if (begin == end || !window.printable(begin, (int) (end - begin))) {
      throw new Unparseable("a name in the RAM block list is not text");
    }
  }

  private static void demandLength(long used, long left) throws Unparseable {
    if (used <= 0 || used > left) {
      throw new Unparseable("the lengths in the RAM block list do not add up to its total");
    }
  }

  /**
   * Whether a block's own page size stands here. Not every block states it, but neither a name nor
   * the word of the next record is a power of two above the page size of the stream.
   */
  private static Answer statesPageSize(Window window, long at, StreamState state) {
    if (!window.has(at + WORD)) {
      return window.lacking();
    }
    long value = window.u64(at);
    boolean plausible =
        value > state.pageSize && Long.bitCount(value) == 1 && state.hugePages.allows(value);
    return plausible ? Answer.YES : Answer.NO;
  }
}
