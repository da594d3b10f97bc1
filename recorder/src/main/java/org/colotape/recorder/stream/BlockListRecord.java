package org.colotape.recorder.stream;

import java.util.ArrayList;
import java.util.List;
import org.colotape.schema.event.RamBlock;
import org.jspecify.annotations.Nullable;

/**
 * Layout of the RAM block list: entries until their used lengths add up to the total that the word
 * states (QEMU migration/ram.c, ram_save_setup and parse_ramblocks).
 *
 * @param blocks the entries
 * @param end stream offset behind the list
 */
record BlockListRecord(List<RamBlock> blocks, long end) {
  private static final int WORD = Long.BYTES;
  private static final String IGNORE_SHARED = "x-ignore-shared";
  private static final String MAPPED_RAM = "mapped-ram";

  /**
   * The list whose word stands at {@code at}.
   *
   * @param total sum of the used lengths, as the word says
   * @return null if more bytes are needed
   * @throws Unparseable if the list is longer than any, does not add up, or has names that are none
   */
  static @Nullable BlockListRecord at(Window window, long at, long total, StreamState state)
      throws Unparseable {
    if (state.capabilities.contains(MAPPED_RAM)) {
      throw new Unparseable("the pages of a mapped-ram file stand outside of the stream");
    }
    if (total <= 0) {
      throw new Unparseable("a RAM block list of " + total + " bytes");
    }
    boolean withAddress = state.capabilities.contains(IGNORE_SHARED);
    List<RamBlock> blocks = new ArrayList<>();
    long end = at + WORD;
    for (long left = total; left > 0; left -= blocks.getLast().getUsedLength()) {
      if (end - at > Wire.MAX_BLOCK_LIST_BYTES) {
        throw new Unparseable(
            "the RAM block list takes more than " + Wire.MAX_BLOCK_LIST_BYTES + " bytes");
      }
      if (!window.has(end + 1)) {
        return null;
      }
      long name = end + 1;
      long used = name + window.u8(end);
      end = used + WORD;
      if (!window.has(end)) {
        return null;
      }
      demandName(window, name, used);
      demandLength(window.u64(used), left, total);
      long pageSize = 0;
      long address = -1;
      if (!window.has(end + WORD) && (withAddress || !window.ended())) {
        return null;
      } else if (withAddress) {
        address = window.u64(end);
        end += WORD;
      } else if (statesPageSize(window, end, state.pageSize)) {
        pageSize = window.u64(end);
        end += WORD;
      }
      blocks.add(
          new RamBlock(
              window.text(name, (int) (used - name)),
              window.u64(used),
              pageSize,
              address,
              -1L,
              -1L));
    }
    return new BlockListRecord(blocks, end);
  }

  private static void demandName(Window window, long begin, long end) throws Unparseable {
    if (begin == end || !window.printable(begin, (int) (end - begin))) {
      throw new Unparseable("a name in the RAM block list is not text");
    }
  }

  private static void demandLength(long used, long left, long total) throws Unparseable {
    if (used <= 0 || used > left) {
      throw new Unparseable(
          "the lengths in the RAM block list do not add up to the total of " + total + " bytes");
    }
  }

  /**
   * Whether a block's own page size stands here. With postcopy, blocks of huge pages state it,
   * which nothing announces; but neither a name nor the word of the next record is a power of two
   * above the page size of the stream.
   */
  private static boolean statesPageSize(Window window, long at, int pageSize) {
    if (!window.has(at + WORD)) {
      return false;
    }
    long value = window.u64(at);
    return value > pageSize && Long.bitCount(value) == 1;
  }
}
