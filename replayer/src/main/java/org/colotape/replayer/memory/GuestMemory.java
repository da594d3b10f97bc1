package org.colotape.replayer.memory;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.event.Memory;
import org.jspecify.annotations.Nullable;

/**
 * One of the three memories: RAM blocks by name, in the order in which the stream introduced them.
 */
public final class GuestMemory implements AutoCloseable {
  private final Memory kind;
  private final SequencedMap<String, RamBlockMemory> blocks = new LinkedHashMap<>();

  /** A memory without blocks. */
  public GuestMemory(Memory kind) {
    this.kind = kind;
  }

  /** Which of the three it is. */
  public Memory kind() {
    return kind;
  }

  /** Adds a block that is not there yet. The memory closes it. */
  public void add(RamBlockMemory block) {
    if (blocks.putIfAbsent(block.name(), block) != null) {
      throw new IllegalArgumentException("RAM block " + block.name() + " is there already");
    }
  }

  /** The blocks, in the order in which they were added. */
  public Collection<RamBlockMemory> blocks() {
    return Collections.unmodifiableCollection(blocks.values());
  }

  /** The block of that name, or null. */
  public @Nullable RamBlockMemory find(String name) {
    return blocks.get(name);
  }

  /**
   * The block of that name.
   *
   * @throws ColotapeException if there is none
   */
  public RamBlockMemory block(String name) {
    RamBlockMemory block = blocks.get(name);
    if (block == null) {
      throw new ColotapeException(
          "no such RAM block",
          name,
          "the " + kind + " memory has " + String.join(", ", blocks.keySet()));
    }
    return block;
  }

  /** Gives the space of all blocks back. */
  @Override
  public void close() {
    blocks.values().forEach(RamBlockMemory::close);
  }
}
