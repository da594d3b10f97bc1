package org.colotape.replayer.replay;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.colotape.replayer.memory.GuestMemory;
import org.colotape.replayer.memory.RamBlockMemory;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.event.Memory;
import org.colotape.schema.event.RamBlock;
import org.colotape.schema.event.RamBlockList;
import org.jspecify.annotations.Nullable;

/** The RAM blocks of a replay and the memories that hold them. */
final class Blocks implements AutoCloseable {
  private final ReplaySettings settings;
  private final Map<String, Block> blocks = new LinkedHashMap<>();
  private final GuestMemory svm = new GuestMemory(Memory.SVM);
  private final GuestMemory cache = new GuestMemory(Memory.CACHE);
  private final GuestMemory pvm = new GuestMemory(Memory.PVM);
  private @Nullable Block last;

  Blocks(ReplaySettings settings) {
    this.settings = settings;
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
    for (RamBlock entry : list.getBlocks()) {
      if (!RamBlockMemory.isPossible(entry.getUsedLength(), list.getPageSize())) {
        return String.format(
            "RAM block list states %d bytes in pages of %d for block %s",
            entry.getUsedLength(), list.getPageSize(), entry.getName());
      }
      Block known = blocks.get(entry.getName());
      if (known != null && known.svm.pageSize() != list.getPageSize()) {
        return String.format(
            "RAM block list changes the page size of block %s from %d to %d",
            entry.getName(), known.svm.pageSize(), list.getPageSize());
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
   * @throws ColotapeException if there is no space; what this call had allocated is released
   */
  void introduce(RamBlockList list, boolean withCache) {
    Map<String, Block> fresh = new LinkedHashMap<>();
    List<RamBlockMemory> allocated = new ArrayList<>();
    try {
      for (RamBlock entry : list.getBlocks()) {
        Block known = blocks.get(entry.getName());
        if (known != null) {
          resize(known, entry.getUsedLength());
        } else if (!fresh.containsKey(entry.getName())) {
          RamBlockMemory inSvm = allocate(entry.getName(), entry.getUsedLength(), list, allocated);
          RamBlockMemory inPvm =
              settings.pvmModel()
                  ? allocate(entry.getName(), entry.getUsedLength(), list, allocated)
                  : null;
          RamBlockMemory inCache =
              withCache ? allocate(entry.getName(), entry.getUsedLength(), list, allocated) : null;
          fresh.put(entry.getName(), new Block(inSvm, inPvm, inCache));
        }
      }
    } catch (ColotapeException e) {
      allocated.forEach(RamBlockMemory::close);
      throw e;
    }
    fresh.forEach(this::add);
  }

  /**
   * Gives every block a cache of zeros, unless it has one.
   *
   * @throws ColotapeException if there is no space
   */
  void allocateCaches() {
    for (Block block : blocks.values()) {
      if (block.cache == null) {
        RamBlockMemory memory =
            allocate(block.name(), block.svm.usedLength(), block.svm.pageSize());
        block.cache = memory;
        cache.add(memory);
      }
    }
  }

  /** Empties what {@link RamBlockMemory#written} says of every memory. */
  void clearWritten() {
    blocks.values().forEach(block -> block.memories().forEach(RamBlockMemory::clearWritten));
  }

  @Override
  public void close() {
    svm.close();
    cache.close();
    pvm.close();
  }

  private void add(String name, Block block) {
    blocks.put(name, block);
    svm.add(block.svm);
    if (block.cache != null) {
      cache.add(block.cache);
    }
    if (block.pvm != null) {
      pvm.add(block.pvm);
    }
  }

  private RamBlockMemory allocate(
      String name, long length, RamBlockList list, List<RamBlockMemory> allocated) {
    RamBlockMemory memory = allocate(name, length, list.getPageSize());
    allocated.add(memory);
    return memory;
  }

  private RamBlockMemory allocate(String name, long length, int pageSize) {
    return new RamBlockMemory(name, length, pageSize, settings.scratch(), settings.lastWriters());
  }

  private static void resize(Block block, long length) {
    block
        .memories()
        .filter(memory -> memory.usedLength() != length)
        .forEach(memory -> memory.resize(length));
    block.received.clear(block.svm.pages(), Math.max(block.svm.pages(), block.received.length()));
  }
}
