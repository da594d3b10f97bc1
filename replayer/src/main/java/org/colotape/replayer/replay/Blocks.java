package org.colotape.replayer.replay;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import org.colotape.replayer.memory.GuestMemory;
import org.colotape.replayer.memory.PageStore;
import org.colotape.replayer.memory.RamBlockMemory;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.check.Limits;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Memory;
import org.colotape.schema.event.RamBlock;
import org.colotape.schema.event.RamBlockList;
import org.jspecify.annotations.Nullable;

/** The RAM blocks of a replay and the memories that hold them. */
final class Blocks implements AutoCloseable {
  private final ReplaySettings settings;
  private final SequencedMap<String, Block> blocks = new LinkedHashMap<>();
  private final GuestMemory svm = new GuestMemory(Memory.SVM);
  private final GuestMemory cache = new GuestMemory(Memory.CACHE);
  private final GuestMemory pvm = new GuestMemory(Memory.PVM);
  private @Nullable Block last;

  /** Made with the first block list, which tells the page size. */
  private @Nullable PageStore store;

  Blocks(ReplaySettings settings) {
    this.settings = settings;
  }

  /** Where the memories' space comes from. */
  Path scratch() {
    return settings.scratch().directory();
  }

  GuestMemory svm() {
    return svm;
  }

  GuestMemory cache() {
    return cache;
  }

  GuestMemory pvm() {
    return pvm;
  }

  /** All blocks, in the order in which they were introduced. */
  Collection<Block> all() {
    return blocks.values();
  }

  /**
   * The block of that name, or null. Pages come in runs of one block, so the last one found is
   * looked at first.
   */
  @Nullable Block find(String name) {
    Block found = last;
    if (found == null || !found.name().equals(name)) {
      found = blocks.get(name);
      last = found;
    }
    return found;
  }

  /** What is wrong with a block list, or null if it can be applied. */
  @Nullable String problemOf(RamBlockList list) {
    int pageSize = list.getPageSize();
    if (store != null && store.pageSize() != pageSize) {
      return "RAM block list changes the page size from " + store.pageSize() + " to " + pageSize;
    }
    if (blocks.size() + list.getBlocks().size() > Limits.MAX_BLOCKS) {
      return "RAM block lists state more than " + Limits.MAX_BLOCKS + " blocks";
    }
    for (RamBlock entry : list.getBlocks()) {
      if (!RamBlockMemory.isPossible(entry.getUsedLength(), pageSize)) {
        return String.format(
            "RAM block list states %d bytes in pages of %d for block %s",
            entry.getUsedLength(), pageSize, entry.getName());
      }
    }
    return null;
  }

  /**
   * Allocates the blocks that are new, and gives those that are known their new length without
   * losing what they hold: a list may come again (COLO-BUGS 13 and 41 are about losing the cache
   * then).
   *
   * @param withCache true to give new blocks a cache too
   * @throws ColotapeException if there is no space; what was allocated for the block in question is
   *     released
   */
  void introduce(RamBlockList list, boolean withCache) {
    PageStore pages = storeOf(list.getPageSize());
    for (RamBlock entry : list.getBlocks()) {
      Block known = blocks.get(entry.getName());
      if (known == null) {
        add(entry, pages, withCache);
      } else {
        resize(known, entry.getUsedLength());
      }
    }
  }

  /**
   * Gives every block a cache of zeros, unless it has one.
   *
   * @throws ColotapeException if there is no space
   */
  void allocateCaches() {
    allocateCaches(Set.of());
  }

  /** Gives every block a cache that holds what SVM RAM holds, unless it has one. */
  void copyToCaches() {
    List<Block> without = blocks.values().stream().filter(block -> block.cache == null).toList();
    allocateCaches();
    for (Block block : without) {
      if (block.cache != null) {
        block.cache.copyAll(block.svm);
      }
    }
  }

  /** As {@link #allocateCaches()}, but not for blocks of these names. */
  void allocateCaches(Set<String> without) {
    for (Block block : blocks.values()) {
      if (block.cache == null && store != null && !without.contains(block.name())) {
        RamBlockMemory memory = new RamBlockMemory(block.name(), block.svm.usedLength(), store);
        block.cache = memory;
        cache.add(memory);
      }
    }
  }

  /** Says which event the writes from now on come from. */
  void writingFor(Event event) {
    if (store != null) {
      store.writingFor(event.getSeq(), event.getStreamOffset(), event.getCheckpoint());
    }
  }

  /** Empties what {@link RamBlockMemory#written} says of every memory. */
  void clearWritten() {
    blocks.values().forEach(block -> block.memories().forEach(RamBlockMemory::clearWritten));
  }

  /** Says whether the memories may be written. */
  void setReadOnly(boolean value) {
    if (store != null) {
      store.setReadOnly(value);
    }
  }

  /** About how many bytes {@link #save} writes. */
  long savedBytes() {
    return store == null ? 0 : store.savedBytes();
  }

  void save(DataOutput out) throws IOException {
    PageStore pages = store;
    out.writeInt(pages == null ? 0 : pages.pageSize());
    if (pages != null) {
      pages.save(out);
    }
    out.writeInt(blocks.size());
    for (Block block : blocks.values()) {
      block.save(out);
    }
  }

  /** Reads what {@link #save} wrote with the same settings; there must be no blocks yet. */
  void load(DataInput in) throws IOException {
    int pageSize = in.readInt();
    if (pageSize != 0) {
      storeOf(pageSize).load(in);
    }
    for (int left = in.readInt(); left > 0; left--) {
      RamBlock entry = new RamBlock();
      entry.setName(in.readUTF());
      entry.setUsedLength(in.readLong());
      add(entry, storeOf(pageSize), in.readBoolean());
      blocks.lastEntry().getValue().load(in);
    }
  }

  @Override
  public void close() {
    svm.close();
    cache.close();
    pvm.close();
    if (store != null) {
      store.close();
    }
  }

  private PageStore storeOf(int pageSize) {
    PageStore pages = store;
    if (pages == null) {
      pages = new PageStore(settings.scratch(), pageSize, settings.lastWriters());
      store = pages;
    }
    return pages;
  }

  private void add(RamBlock entry, PageStore pages, boolean withCache) {
    List<RamBlockMemory> allocated = new ArrayList<>();
    try {
      int memories = 1 + (withCache ? 1 : 0) + (settings.pvmModel() ? 1 : 0);
      for (int i = 0; i < memories; i++) {
        allocated.add(new RamBlockMemory(entry.getName(), entry.getUsedLength(), pages));
      }
    } catch (ColotapeException e) {
      allocated.forEach(RamBlockMemory::close);
      throw e;
    }
    RamBlockMemory inSvm = allocated.removeFirst();
    RamBlockMemory inCache = withCache ? allocated.removeFirst() : null;
    RamBlockMemory inPvm = settings.pvmModel() ? allocated.removeFirst() : null;
    blocks.put(entry.getName(), new Block(inSvm, inPvm, inCache));
    svm.add(inSvm);
    if (inCache != null) {
      cache.add(inCache);
    }
    if (inPvm != null) {
      pvm.add(inPvm);
    }
  }

  private static void resize(Block block, long length) {
    block
        .memories()
        .filter(memory -> memory.usedLength() != length)
        .forEach(memory -> memory.resize(length));
    int pages = block.svm.pages();
    block.received.remove((long) pages, 1L << Integer.SIZE);
    block.missing.remove(pages, Integer.MAX_VALUE);
  }
}
