package org.colotape.replayer.image;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.colotape.replayer.memory.GuestMemory;
import org.colotape.replayer.memory.RamBlockMemory;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.files.OwnerOnly;

/**
 * Writes memories as image files {@code checkpoint-N/svm/BLOCK.raw}, {@code
 * checkpoint-N/cache/BLOCK.raw} and {@code checkpoint-N/pvm/BLOCK.raw} below a folder. A file is as
 * long as the block's used length; its name is the block's with {@code '/'} replaced by {@code '_'}
 * (two blocks whose names become the same are told apart by {@code ~2}). Files that are there are
 * replaced.
 */
public final class RamImages {
  private final Path directory;

  /** Images below a folder, which is made when the first one is written. */
  public RamImages(Path directory) {
    this.directory = directory;
  }

  /** Where the image of a block is, or would be written. */
  public Path file(int checkpoint, GuestMemory memory, String block) {
    return folder(checkpoint, memory).resolve(names(memory).getOrDefault(block, block));
  }

  /**
   * Writes all blocks of a memory as they are now. Work is proportional to the pages that are not
   * zero.
   *
   * @param checkpoint the checkpoint that the memory stands at
   * @throws ColotapeException if a file can't be written
   */
  public void write(int checkpoint, GuestMemory memory) {
    Map<String, String> names = names(memory);
    for (RamBlockMemory block : memory.blocks()) {
      Path folder = folder(checkpoint, memory);
      Path file = folder.resolve(names.get(block.name()));
      try {
        OwnerOnly.folder(folder);
        write(block, file);
      } catch (IOException e) {
        throw new ColotapeException(
            "cannot write memory image: " + e.getMessage(),
            file.toString(),
            "check the folder, its rights and its free space",
            e);
      }
    }
  }

  private Path folder(int checkpoint, GuestMemory memory) {
    return directory
        .resolve("checkpoint-" + checkpoint)
        .resolve(memory.kind().name().toLowerCase(Locale.ROOT));
  }

  private static Map<String, String> names(GuestMemory memory) {
    return ImageNames.of(memory.blocks().stream().map(RamBlockMemory::name).toList());
  }

  private static void write(RamBlockMemory block, Path path) throws IOException {
    // made anew: what is not written afterwards is a hole
    try (RandomAccessFile file = new RandomAccessFile(OwnerOnly.afresh(path).toFile(), "rw")) {
      file.setLength(block.usedLength());
      MemorySegment zeros = MemorySegment.ofArray(new byte[block.pageSize()]);
      for (int page = block.nextNonZero(0); page >= 0; page = block.nextNonZero(page + 1)) {
        MemorySegment contents = block.page(page);
        if (contents.mismatch(zeros) >= 0) {
          writeFully(file.getChannel(), contents.asByteBuffer(), (long) page * block.pageSize());
        }
      }
    }
  }

  private static void writeFully(FileChannel file, ByteBuffer bytes, long offset)
      throws IOException {
    long at = offset;
    while (bytes.hasRemaining()) {
      at += file.write(bytes, at);
    }
  }
}
