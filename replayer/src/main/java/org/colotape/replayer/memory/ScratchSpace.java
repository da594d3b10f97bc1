package org.colotape.replayer.memory;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.files.OwnerOnly;

/**
 * Where rebuilt memory gets its space from: sparse files, unlinked as soon as they are mapped, so
 * that nothing stays behind however the program ends. Used by one thread at a time.
 *
 * <p>In a folder on a disk a guest may be larger than physical memory, because the kernel writes
 * pages out. That has its price. Measured with ext4 on a virtual machine, a page's first write
 * costs 1.1 to 1.5 µs while the kernel is idle and 3 to 10 µs while it writes back gigabytes, and
 * every page that was written back costs another fault. In shared memory (tmpfs) a first write
 * costs 1.6 µs, always. So {@link #preferMemory} is the default of the program: it takes shared
 * memory as long as that is sure to suffice, and the disk for the rest.
 */
public final class ScratchSpace {
  private static final Path SHARED_MEMORY = Path.of("/dev/shm");

  private final Path directory;
  private final Path fast;

  /**
   * Bytes that may still be mapped in the fast folder. A mapping counts in full, although it begins
   * empty.
   */
  private long fastBudget;

  /**
   * Space in one folder.
   *
   * @param directory the folder; it is made if it does not exist
   */
  public ScratchSpace(Path directory) {
    this(directory, directory, 0);
  }

  private ScratchSpace(Path directory, Path fast, long fastBudget) {
    this.directory = directory;
    this.fast = fast;
    this.fastBudget = fastBudget;
  }

  /**
   * Space in shared memory up to half of what is free there and in physical memory now, then in a
   * folder.
   *
   * @param directory the folder; it is made if it does not exist
   */
  public static ScratchSpace preferMemory(Path directory) {
    return new ScratchSpace(directory, SHARED_MEMORY, FreeMemory.bytes(SHARED_MEMORY) / 2);
  }

  /** The folder. */
  public Path directory() {
    return directory;
  }

  /**
   * Maps zeroed memory for reading and writing.
   *
   * @param purpose what the memory is for, for error messages
   * @param length its length in bytes; it may exceed the heap, 2 GiB and physical memory
   * @return the mapping; closing it releases the memory and its space
   * @throws ColotapeException if the file system or the kernel refuses
   */
  ScratchMapping map(String purpose, long length) {
    if (length <= fastBudget) {
      try {
        ScratchMapping mapping = map(fast, length);
        fastBudget -= length;
        return mapping;
      } catch (IOException | OutOfMemoryError e) {
        // it was an optimisation: the folder will do
        fastBudget = 0;
      }
    }
    try {
      return map(OwnerOnly.home(directory), length);
    } catch (IOException | OutOfMemoryError e) {
      throw new ColotapeException(
          "cannot map " + length + " bytes for " + purpose + ": " + e.getMessage(),
          directory.toString(),
          "free space there, or choose a scratch folder on a larger file system",
          e);
    }
  }

  private static ScratchMapping map(Path folder, long length) throws IOException {
    Path file = Files.createTempFile(folder, "colotape-", ".ram");
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      return new ScratchMapping(channel, length);
    } finally {
      Files.delete(file);
    }
  }
}
