package org.colotape.analyzer.lab.guest;

import java.util.Arrays;

/**
 * A guest that is one boot sector: it goes to protected mode, without paging, fills its range so
 * that each page has contents of its own, says that it is ready, and dirties the range. It keeps
 * its speed by the programmable interval timer, which stands still while the machine is stopped.
 *
 * @param pattern how it dirties
 * @param from address of the range, divisible by the page size
 * @param pages number of pages of the range
 * @param speed pages that it writes in a second; 0 for as many as it can
 */
public record Guest(Pattern pattern, int from, int pages, int speed) {
  /** Size of its pages. */
  public static final int PAGE = 4096;

  /** Least address of a range: what is below belongs to firmware and boot sector. */
  public static final int LOWEST = 0x10_0000;

  /** Where the guest says that it is ready. */
  public static final int READY_AT = 0x7e00;

  /** What it says there. */
  public static final int READY = 0x434f_4c4f;

  /** Highest speed that can be kept; what is beyond is as fast as it can. */
  public static final int MOST_SPEED = 1_000_000;

  private static final int ORIGIN = 0x7c00;
  private static final int SECTOR = 512;
  private static final int DISK = 1 << 20;
  private static final int SEGMENTS = 0x1e0;
  private static final int GOLDEN = 0x9e37_79b1;

  /** Frequency of the timer in 1/256 Hz (PC hardware: 1.193182 MHz). */
  private static final long TIMER = 1_193_182L << 8;

  /** A disk image that boots the guest. */
  public byte[] disk() {
    MachineCode code = new MachineCode(SECTOR, ORIGIN);
    enterProtectedMode(code);
    fillRange(code);
    code.op("c705").dword(READY_AT).dword(READY); // mov dword [READY_AT], READY
    if (pattern == Pattern.IDLE) {
      code.op("f4 ebfd"); // hlt, for ever: interrupts are off
    } else if (speed == 0) {
      int loop = code.op("be 01000000").here(); // esi = 1
      touch(code);
      code.op("eb").back(loop);
    } else {
      keepSpeed(code);
    }
    putSegments(code);
    code.at(SECTOR - 2).op("55aa");
    return Arrays.copyOf(code.bytes(), DISK);
  }

  private static void enterProtectedMode(MachineCode code) {
    code.op("fa e492 0c02 24fe e692"); // cli, open the A20 gate at port 0x92
    code.op("31c0 8ed8"); // ds = 0
    code.op("0f0116").word(ORIGIN + SEGMENTS + 3 * Long.BYTES); // lgdt
    code.op("0f20c0 0c01 0f22c0"); // cr0 |= 1
    code.op("ea").word(code.address(code.here()) + 4).word(8); // far jump to what follows
    code.op("66b81000 8ed8 8ec0 8ed0"); // ds, es, ss = data segment
    code.op("fc"); // cld
  }

  private static void putSegments(MachineCode code) {
    code.at(SEGMENTS);
    code.op("0000000000000000"); // no segment
    code.op("ffff0000009acf00"); // code, flat
    code.op("ffff00000092cf00"); // data, flat
    code.word(3 * Long.BYTES - 1).dword(ORIGIN + SEGMENTS);
  }

  private void fillRange(MachineCode code) {
    code.op("bf").dword(from); // edi = from
    int fill = code.here();
    code.op("89f8 c1e80c 69c0").dword(GOLDEN); // eax = (edi >> 12) * GOLDEN
    code.op("83c801"); // or eax, 1: none is zero
    code.op("b9").dword(PAGE / Integer.BYTES).op("f3ab"); // rep stosd
    code.op("81ff").dword(end()).op("72").back(fill); // until edi = end
    code.op("bf").dword(from);
  }

  /** Lets time earn pages: 256 times the ticks of a page buy one. */
  private void keepSpeed(MachineCode code) {
    int price = (int) Math.max(1, TIMER / speed);
    code.op("be 01000000"); // esi = 1
    code.op("b034 e643 30c0 e640 e640"); // timer 0 counts down from 65536, over and over
    code.op("31ed 31db"); // ebp, what was earned, and ebx, the last count = 0
    int wait = code.here();
    code.op("30c0 e643 e440 88c1 e440 88c5 0fb7c9"); // ecx = the timer's count
    code.op("89d8 29c8 25ffff0000 89cb"); // eax = ticks since, ebx = ecx
    code.op("c1e008 01c5"); // ebp += eax << 8
    int spend = code.here();
    code.op("81fd").dword(price).op("72").back(wait); // not enough: wait
    code.op("81ed").dword(price); // ebp -= price
    touch(code);
    code.op("eb").back(spend);
  }

  /** Writes the next page. */
  private void touch(MachineCode code) {
    switch (pattern) {
      case SEQUENTIAL -> {
        code.op("ff07"); // inc dword [edi]
        code.op("81c7").dword(PAGE);
        backToStart(code, "");
      }
      case ZEROING -> {
        // esi is odd or even; the page becomes zeros or eax
        code.op("89f0 83e001 f7d8 25").dword(GOLDEN);
        code.op("b9").dword(PAGE / Integer.BYTES).op("f3ab");
        backToStart(code, "46"); // inc esi
      }
      case REWRITE -> {
        code.op("46 69c6").dword(GOLDEN).op("83c801"); // eax = ++esi * GOLDEN | 1
        code.op("b9").dword(PAGE / Integer.BYTES).op("f3ab");
        backToStart(code, "");
      }
      case RANDOM -> chance(code, false);
      case HOT -> chance(code, true);
      case IDLE -> {
        // never comes here
      }
    }
  }

  /** Goes on with the first page behind the last one, and does then what is said. */
  private void backToStart(MachineCode code, String then) {
    String back = "bf%08x".formatted(Integer.reverseBytes(from)) + then;
    code.op("81ff").dword(end()).op("72").op("%02x".formatted(back.length() / 2)).op(back);
  }

  private void chance(MachineCode code, boolean hot) {
    // xorshift: esi ^= esi << 13, esi ^= esi >> 17, esi ^= esi << 5
    code.op("89f0 c1e00d 31c6 89f0 c1e811 31c6 89f0 c1e005 31c6");
    code.op("b9").dword(hot ? Math.max(1, pages / 8) : pages);
    if (hot) {
      code.op("f7c6 00000070 7505 b9").dword(pages); // one of eight: any page
    }
    code.op("89f0 31d2 f7f1"); // edx = esi % ecx
    code.op("c1e20c 81c2").dword(from).op("ff02"); // inc dword [from + edx * 4096]
  }

  private int end() {
    return from + pages * PAGE;
  }
}
