package org.colotape.recorder.qemu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;

/** A guest that is one boot sector: it increments a word in each of 112 pages, over and over. */
final class BusyGuest {
  private static final int SECTOR = 512;
  private static final int DISK_BYTES = 1 << 20;

  /** Real-mode code: for es = 0x2000, 0x2100, ... below 0x9000: inc word [es:0]; and again. */
  private static final String CODE =
      "b80020" // mov ax, 0x2000
          + "8ec0" // mov es, ax
          + "26ff060000" // inc word [es:0]
          + "050001" // add ax, 0x100
          + "3d0090" // cmp ax, 0x9000
          + "72f1" // jb to mov es, ax
          + "ebec"; // jmp to mov ax, 0x2000

  private BusyGuest() {}

  /** Writes a disk image that boots the guest. */
  static Path writeDisk(Path folder) throws IOException {
    byte[] code = HexFormat.of().parseHex(CODE);
    byte[] disk = Arrays.copyOf(code, DISK_BYTES);
    disk[SECTOR - 2] = 0x55;
    disk[SECTOR - 1] = (byte) 0xaa;
    return Files.write(folder.resolve("guest.img"), disk);
  }
}
