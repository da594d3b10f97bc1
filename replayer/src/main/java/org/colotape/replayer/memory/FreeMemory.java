package org.colotape.replayer.memory;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/** How much memory may be taken. */
final class FreeMemory {
  private FreeMemory() {}

  /**
   * Bytes that are free in a folder that lies in memory, and physically; 0 if there is no such
   * folder or it lies elsewhere. Limits of a container count.
   */
  static long bytes(Path folder) {
    try {
      if (!Files.isWritable(folder) || !Files.getFileStore(folder).type().equals("tmpfs")) {
        return 0;
      }
      long physical =
          ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getFreeMemorySize();
      return Math.min(Files.getFileStore(folder).getUsableSpace(), physical);
    } catch (IOException e) {
      return 0;
    }
  }
}
