package org.colotape.replayer.image;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.BitSet;
import org.colotape.replayer.memory.RamBlockMemory;
import org.colotape.schema.ColotapeException;

/** A raw image of a RAM block, opened for reading. It may be larger than the heap. */
public final class RamImage implements AutoCloseable {
  private final Path file;
  private final Arena arena;
  private final MemorySegment contents;

  /**
   * Opens an image.
   *
   * @throws ColotapeException if it can't be read
   */
  @SuppressWarnings("MustBeClosedChecker") // closed by close(), and here if mapping fails
  public RamImage(Path file) {
    this.file = file;
    this.arena = Arena.ofShared();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      this.contents = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
    } catch (IOException e) {
      arena.close();
      throw new ColotapeException(
          "cannot read memory image: " + e.getMessage(), file.toString(), "check the path", e);
    }
  }

  /** The image's bytes, for reading. */
  public MemorySegment contents() {
    return contents;
  }

  /**
   * Pages on which the image and a block differ. Looks at every page.
   *
   * @throws ColotapeException if they have different lengths
   */
  public BitSet differingPages(RamBlockMemory block) {
    if (contents.byteSize() != block.usedLength()) {
      throw new ColotapeException(
          "image of " + contents.byteSize() + " bytes for a block of " + block.usedLength(),
          file + ", RAM block " + block.name(),
          "give the image of that block");
    }
    BitSet differing = new BitSet();
    for (int page = 0; page < block.pages(); page++) {
      long offset = (long) page * block.pageSize();
      if (contents.asSlice(offset, block.pageSize()).mismatch(block.page(page)) >= 0) {
        differing.set(page);
      }
    }
    return differing;
  }

  /** Releases the file. */
  @Override
  public void close() {
    arena.close();
  }
}
