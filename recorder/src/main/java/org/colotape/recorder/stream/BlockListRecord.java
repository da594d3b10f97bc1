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

  /**
   * The list whose word stands at {@code at}; that of a mapped-ram file is not in one piece.
   *
   * @param total sum of the used lengths, as the word says
   * @return null if more bytes are needed
   * @throws Unparseable if the list is longer than any, does not add up, or has names that are none
   */
  static @Nullable BlockListRecord at(Window window, long at, long total, StreamState state)
      throws Unparseable {
    demandTotal(total);
    List<RamBlock> blocks = new ArrayList<>();
    long end = at + WORD;
    for (long left = total; left > 0; left -= blocks.getLast().getUsedLength()) {
      if (end - at > Limits.MAX_BLOCK_LIST_BYTES) {
        throw new Unparseable(
            "the RAM block list takes more than " + Limits.MAX_BLOCK_LIST_BYTES + " bytes");
      }
      BlockEntry entry = BlockEntry.at(window, end, left, state);
      if (entry == null) {
        return null;
      }
      blocks.add(entry.block());
      end = entry.end();
    }
    return new BlockListRecord(blocks, end);
  }

  static void demandTotal(long total) throws Unparseable {
    if (total <= 0) {
      throw new Unparseable("a RAM block list of " + total + " bytes");
    }
  }
}
