package org.colotape.replayer.memory;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.colotape.schema.ColotapeException;

/**
 * A folder whose file system lends space for rebuilt memory. Each mapping is a sparse file that is
 * unlinked as soon as it is mapped, so that nothing stays behind however the program ends.
 *
 * <p>Use a folder on a disk unless the memory surely fits: there a guest may be larger than
 * physical memory, because the kernel writes pages out. Measured on a virtual machine with ext4 and
 * with {@code /dev/shm}: the first write to a page costs 1.1 to 1.3 µs on disk and 1.6 µs in shared
 * memory, later ones 0.4 µs on both; only while the kernel is writing gigabytes back does the disk
 * cost 3 to 5 µs at a first write. So the disk is the default of the callers.
 *
 * @param directory the folder; it is made if it does not exist
 */
public record ScratchSpace(Path directory) {
  /**
   * Maps zeroed memory for reading and writing.
   *
   * @param purpose what the memory is for, for error messages
   * @param length its length in bytes; it may exceed the heap, 2 GiB and physical memory
   * @return the mapping; closing it releases the memory and its space
   * @throws ColotapeException if the file system or the kernel refuses
   */
  ScratchMapping map(String purpose, long length) {
    try {
      Files.createDirectories(directory);
      Path file = Files.createTempFile(directory, "colotape-", ".ram");
      try (FileChannel channel =
          FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
        return new ScratchMapping(channel, length);
      } finally {
        Files.delete(file);
      }
    } catch (IOException | OutOfMemoryError e) {
      throw new ColotapeException(
          "cannot map " + length + " bytes for " + purpose + ": " + e.getMessage(),
          directory.toString(),
          "free space there, or choose a scratch folder on a larger file system",
          e);
    }
  }
}
