package org.colotape.schema.kafka;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** A file system of its own in memory; needs the right to mount. */
final class SmallDisk implements AutoCloseable {
  private final Path folder;

  private SmallDisk(Path folder) {
    this.folder = folder;
  }

  /** Mounts a disk, or skips the test that asks. */
  static SmallDisk mount(int mebibytes) throws IOException {
    Path folder = Files.createTempDirectory("colotape-disk");
    SmallDisk disk = new SmallDisk(folder);
    boolean mounted =
        disk.run("mount", "-t", "tmpfs", "-o", "mode=700,size=" + mebibytes + "m", "tmpfs");
    if (!mounted) {
      Files.delete(folder);
    }
    assumeTrue(mounted, "no right to mount a small disk");
    return disk;
  }

  Path folder() {
    return folder;
  }

  /** Makes the disk larger. */
  void grow(int mebibytes) throws IOException {
    if (!run("mount", "-o", "remount,size=" + mebibytes + "m")) {
      throw new IOException("cannot grow " + folder);
    }
  }

  private boolean run(String... command) {
    String[] whole = Arrays.copyOf(command, command.length + 1);
    whole[command.length] = folder.toString();
    try {
      return new ProcessBuilder(whole)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start()
              .onExit()
              .join()
              .exitValue()
          == 0;
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void close() throws IOException {
    if (!run("umount", "-l")) {
      throw new IOException("cannot unmount " + folder);
    }
    Files.delete(folder);
  }
}
