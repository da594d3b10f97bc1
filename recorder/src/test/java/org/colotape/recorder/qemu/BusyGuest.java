package org.colotape.recorder.qemu;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;

/**
 * A guest that is one boot sector: it goes to protected mode, without paging, and increments a word
 * in each page of a range, over and over.
 */
final class BusyGuest {
  private static final int ORIGIN = 0x7c00;
  private static final int SECTOR = 512;
  private static final int DISK_BYTES = 1 << 20;

  /** Where what it dirties begins. */
  static final int FROM = 0x10_0000;

  private static final int TABLE = 0x40;
  private static final HexFormat HEX = HexFormat.of();

  private BusyGuest() {}

  /**
   * Writes a disk image that boots the guest.
   *
   * @param pages number of pages that it keeps dirty, from 1 MiB on
   */
  static Path writeDisk(Path folder, int pages) throws IOException {
    ByteBuffer disk = ByteBuffer.allocate(DISK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    disk.put(HEX.parseHex("fae4920c02e692")); // cli, open the A20 gate at port 0x92
    disk.put(HEX.parseHex("31c08ed8")); // ds = 0
    disk.put(HEX.parseHex("0f0116")).putShort((short) (ORIGIN + TABLE + 24)); // lgdt
    disk.put(HEX.parseHex("0f20c00c010f22c0")); // cr0 |= 1
    disk.put((byte) 0xea).putShort((short) (ORIGIN + disk.position() + 4)).putShort((short) 8);
    disk.put(HEX.parseHex("66b810008ed8")); // ds = data segment
    int start = disk.position();
    disk.put((byte) 0xbf).putInt(FROM); // edi = first page
    int next = disk.position();
    disk.put(HEX.parseHex("ff07")); // inc dword [edi]
    disk.put(HEX.parseHex("81c7")).putInt(4096); // edi += 4096
    disk.put(HEX.parseHex("81ff")).putInt(FROM + pages * 4096); // cmp edi, end
    disk.put((byte) 0x72).put((byte) (next - disk.position() - 1)); // jb next
    disk.put((byte) 0xeb).put((byte) (start - disk.position() - 1)); // jmp start
    disk.position(TABLE);
    disk.putLong(0); // no segment
    disk.put(HEX.parseHex("ffff0000009acf00")); // code, flat
    disk.put(HEX.parseHex("ffff00000092cf00")); // data, flat
    disk.putShort((short) 23).putInt(ORIGIN + TABLE);
    disk.position(SECTOR - 2).put((byte) 0x55).put((byte) 0xaa);
    return Files.write(folder.resolve("guest.img"), disk.array());
  }
}
