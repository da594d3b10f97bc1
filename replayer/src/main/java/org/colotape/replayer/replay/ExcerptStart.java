package org.colotape.replayer.replay;

import java.nio.ByteBuffer;
import java.util.HashSet;
import org.colotape.replayer.memory.RamBlockMemory;
import org.colotape.replayer.replay.ReplayError.Reason;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Memory;
import org.colotape.schema.event.RamBlockList;
import org.colotape.schema.event.StartPages;
import org.colotape.schema.event.StartState;
import org.jspecify.annotations.Nullable;

/** Gives the memories the state that an excerpt of a recording begins with. */
final class ExcerptStart {
  private ExcerptStart() {}

  /**
   * Makes the blocks, of zeros.
   *
   * @return what ends the load, or null
   */
  static @Nullable ReplayError makeBlocks(Blocks blocks, Event event) {
    StartState state = event.getStartState();
    RamBlockList list = new RamBlockList(0L, state.getPageSize(), state.getBlocks());
    String problem = blocks.problemOf(list);
    if (problem != null) {
      return ReplayError.at(event, Reason.BAD_BLOCK_LIST, problem);
    }
    blocks.introduce(list, false);
    if (state.getColo()) {
      blocks.allocateCaches(new HashSet<>(state.getWithoutCache()));
    }
    return null;
  }

  /**
   * Writes pages to those of their memories that are rebuilt. They count as written before.
   *
   * @return what ends the load, or null
   */
  static @Nullable ReplayError fill(Blocks blocks, Event event) {
    StartPages pages = event.getStartPages();
    Block block = blocks.find(pages.getBlock());
    if (block == null) {
      return ReplayError.at(
          event, Reason.UNKNOWN_BLOCK, "unknown RAM block", pages.getBlock(), pages.getOffset());
    }
    ByteBuffer contents = pages.getContents();
    int pageSize = block.svm.pageSize();
    int count = contents.remaining() / pageSize;
    long end = pages.getOffset() + contents.remaining();
    if (pages.getPageSize() != pageSize || end > block.svm.usedLength()) {
      return ReplayError.at(
          event,
          Reason.BAD_PAGE_DATA,
          contents.remaining() + " bytes of an excerpt's first state",
          pages.getBlock(),
          pages.getOffset());
    }
    byte[] bytes = new byte[contents.remaining()];
    contents.duplicate().get(bytes);
    int first = (int) (pages.getOffset() / pageSize);
    blocks.writingFor(event);
    RamBlockMemory written = null;
    for (Memory memory : pages.getMemories()) {
      RamBlockMemory target = block.in(memory);
      for (int i = 0; target != null && i < count; i++) {
        if (written == null) {
          target.write(first + i, bytes, i * pageSize);
        } else {
          target.copy(first + i, written);
        }
      }
      written = target == null ? written : target;
    }
    block.memories().forEach(RamBlockMemory::clearWritten);
    return null;
  }
}
