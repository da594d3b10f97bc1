package org.colotape.recorder.stream;

import java.util.ArrayList;
import java.util.List;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.RamBlock;
import org.colotape.schema.event.RamBlockList;

/**
 * Reads the RAM block list: entries until their used lengths add up to the total that the word
 * states (QEMU migration/ram.c, ram_save_setup and parse_ramblocks).
 */
final class RamBlockListReader {
  private static final int WORD = Long.BYTES;
  private static final String IGNORE_SHARED = "x-ignore-shared";
  private static final String MAPPED_RAM = "mapped-ram";

  private final Window window;
  private final EventEmitter emitter;
  private final StreamState state;

  RamBlockListReader(Window window, EventEmitter emitter, StreamState state) {
    this.window = window;
    this.emitter = emitter;
    this.state = state;
  }

  /**
   * Reads the whole list, or nothing.
   *
   * @param total sum of the used lengths, as the word says
   */
  Step step(long total) throws Unparseable {
    if (state.capabilities.contains(MAPPED_RAM)) {
      throw new Unparseable("the pages of a mapped-ram file stand outside of the stream");
    }
    if (total <= 0) {
      throw new Unparseable("a RAM block list of " + total + " bytes");
    }
    boolean withAddress = state.capabilities.contains(IGNORE_SHARED);
    List<RamBlock> blocks = new ArrayList<>();
    long begin = emitter.cursor();
    long at = begin + WORD;
    long left = total;
    while (left > 0) {
      if (at - begin > Wire.MAX_BLOCK_LIST_BYTES) {
        throw new Unparseable(
            "the RAM block list takes more than " + Wire.MAX_BLOCK_LIST_BYTES + " bytes");
      }
      if (!window.has(at + 1)) {
        return Step.MORE;
      }
      long fields = at + 1 + window.u8(at);
      long end = fields + WORD;
      if (!window.has(end)) {
        return Step.MORE;
      }
      String name = name(at + 1, (int) (fields - at - 1));
      long used = window.u64(fields);
      if (used <= 0 || used > left) {
        throw new Unparseable(
            "the lengths in the RAM block list do not add up to the total of " + total + " bytes");
      }
      long pageSize = 0;
      long address = -1;
      if (!window.has(end + WORD) && (withAddress || !window.ended())) {
        return Step.MORE;
      } else if (withAddress) {
        address = window.u64(end);
        end += WORD;
      } else if (statesPageSize(end)) {
        pageSize = window.u64(end);
        end += WORD;
      }
      blocks.add(new RamBlock(name, used, pageSize, address));
      left -= used;
      at = end;
    }
    emit(at, total, blocks);
    return Step.AGAIN;
  }

  private String name(long at, int length) throws Unparseable {
    if (length == 0 || !window.printable(at, length)) {
      throw new Unparseable("a name in the RAM block list is not text");
    }
    return window.text(at, length);
  }

  /**
   * Whether a block's own page size stands here. With postcopy, blocks of huge pages state it,
   * which nothing announces; but neither a name nor the word of the next record is a power of two
   * above the page size of the stream.
   */
  private boolean statesPageSize(long at) {
    if (!window.has(at + WORD)) {
      return false;
    }
    long value = window.u64(at);
    return value > state.pageSize && Long.bitCount(value) == 1;
  }

  private void emit(long end, long total, List<RamBlock> blocks) throws Unparseable {
    state.introduce(blocks);
    Event event = emitter.begin(Kind.RAM_BLOCK_LIST, end);
    event.setBlocks(new RamBlockList(total, state.pageSize, blocks));
    emitter.emit(event);
  }
}
