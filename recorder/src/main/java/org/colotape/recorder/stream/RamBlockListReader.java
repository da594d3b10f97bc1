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

  /** Reads the whole list, or nothing. */
  Step step(long total) throws Unparseable {
    if (state.capabilities.contains(MAPPED_RAM)) {
      throw new Unparseable("the pages of a mapped-ram file stand outside of the stream");
    }
    boolean withAddress = state.capabilities.contains(IGNORE_SHARED);
    List<RamBlock> blocks = new ArrayList<>();
    long begin = emitter.cursor();
    long at = begin + WORD;
    long sum = 0;
    while (sum < total) {
      if (!window.has(at + 1) || !window.has(at + 1 + window.u8(at))) {
        return Step.MORE;
      }
      int nameLength = window.u8(at);
      if (nameLength == 0 || !window.printable(at + 1, nameLength)) {
        throw new Unparseable("a name in the RAM block list is not text");
      }
      long fields = at + 1 + nameLength;
      int length = withAddress ? 2 * Long.BYTES : Long.BYTES;
      if (!window.has(fields + length)) {
        return Step.MORE;
      }
      long used = window.u64(fields);
      if (used <= 0 || used > total - sum) {
        throw new Unparseable(
            "the lengths in the RAM block list do not add up to the total of " + total + " bytes");
      }
      long address = withAddress ? window.u64(fields + Long.BYTES) : -1;
      blocks.add(new RamBlock(window.text(at + 1, nameLength), used, 0L, address));
      sum += used;
      at = fields + length;
      if (at - begin > Wire.MAX_BLOCK_LIST_BYTES) {
        throw new Unparseable("the RAM block list takes more than 1 MiB");
      }
    }
    if (at > state.regionEnd) {
      throw new Unparseable("the RAM block list reaches beyond the end of the blob around it");
    }
    Event event = emitter.begin(Kind.RAM_BLOCK_LIST, at);
    event.setBlocks(new RamBlockList(total, state.pageSize, blocks));
    emitter.emit(event);
    for (RamBlock block : blocks) {
      state.blocks.put(block.getName(), block.getUsedLength());
      state.largestBlock = Math.max(state.largestBlock, block.getUsedLength());
    }
    return Step.AGAIN;
  }
}
