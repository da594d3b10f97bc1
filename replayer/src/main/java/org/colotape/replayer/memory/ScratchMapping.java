package org.colotape.replayer.memory;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;

/** A mapped scratch file and the arena that holds the mapping. */
final class ScratchMapping implements AutoCloseable {
  private final Arena arena;
  private final MemorySegment memory;

  /**
   * Maps {@code length} bytes of the file, which grows to that length; the mapping outlives the
   * channel.
   */
  @SuppressWarnings("MustBeClosedChecker") // closed by close(), and here if mapping fails
  ScratchMapping(FileChannel file, long length) throws IOException {
    arena = Arena.ofShared();
    boolean mapped = false;
    try {
      memory = file.map(FileChannel.MapMode.READ_WRITE, 0, length, arena);
      mapped = true;
    } finally {
      if (!mapped) {
        arena.close();
      }
    }
  }

  /** The mapped bytes. */
  MemorySegment memory() {
    return memory;
  }

  /** Unmaps; the file system takes the space back. */
  @Override
  public void close() {
    arena.close();
  }
}
