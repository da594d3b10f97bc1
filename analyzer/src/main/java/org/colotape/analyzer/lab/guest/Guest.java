package org.colotape.analyzer.lab.guest;

/**
 * A guest that is its own firmware, and so runs at once: it goes to protected mode, without paging,
 * fills its range so that each page has contents of its own, says that it is ready, and dirties the
 * range. It keeps its speed by the programmable interval timer, which stands still while the
 * machine is stopped.
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

  /** Where the last 64 KiB of a firmware image stand, and where its code begins in them. */
  private static final int ORIGIN = 0xf_0000;

  private static final int ROM = 1 << 16;
  private static final int SEGMENTS = 0x200;
  private static final int STACK = 0x7000;
  private static final int LOCAL_APIC = 0xfee0_0000;
  private static final int GOLDEN = 0x9e37_79b1;

  /** Ticks in a second, and what the timer counts in a tick (PC hardware: 1.193182 MHz). */
  private static final int TICKS = 1000;

  private static final int RELOAD = 1193;

  /** Where files for a firmware are asked for, by their numbers (QEMU docs/specs/fw_cfg.rst). */
  private static final int FILES_PORT = 0x510;

  private static final int FIRST_FILE = 0x20;
  private static final int MOST_FILES = 0x20;

  /** What a page costs. */
  private static final int PRICE = 1 << 16;

  /** Where the table of interrupts is. */
  private static final int INTERRUPTS = 0x6000;

  /** A firmware image that is the guest: a processor begins 16 bytes before its end. */
  public byte[] firmware() {
    MachineCode code = new MachineCode(ROM, ORIGIN);
    enterProtectedMode(code);
    askForFirmwareFiles(code);
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
    code.at(ROM - 16).op("ea 0000 00f0"); // far jump to its first byte
    return code.bytes();
  }

  private static void enterProtectedMode(MachineCode code) {
    code.op("fa e492 0c02 24fe e692"); // cli, open the A20 gate at port 0x92
    code.op("2e0f0116").word(SEGMENTS + 3 * Long.BYTES); // lgdt cs:
    code.op("66b811000000 0f22c0"); // cr0 = protected mode, caches on
    code.op("66ea").dword(code.address(code.here()) + 6).word(8); // far jump to what follows
    code.op("66b81000 8ed8 8ec0 8ed0"); // ds, es, ss = data segment
    code.op("bc").dword(STACK).op("fc"); // esp = STACK, cld
  }

  /**
   * Asks for each file that QEMU has for a firmware, as any firmware does: QEMU makes the ACPI
   * tables anew then, and another secondary's than these may come to light (hw/i386/acpi-build.c,
   * acpi_build_update).
   */
  private static void askForFirmwareFiles(MachineCode code) {
    code.op("66ba").word(FILES_PORT).op("b8").dword(FIRST_FILE); // dx = port, eax = first file
    int ask = code.here();
    code.op("66ef 40 3d").dword(FIRST_FILE + MOST_FILES).op("72").back(ask);
  }

  private static void putSegments(MachineCode code) {
    code.at(SEGMENTS);
    code.op("0000000000000000"); // no segment
    // both marked as accessed: the processor can't mark them in a ROM
    code.op("ffff0000009bcf00"); // code, flat
    code.op("ffff00000093cf00"); // data, flat
    code.word(3 * Long.BYTES - 1).dword(ORIGIN + SEGMENTS);
    code.word(16 * Long.BYTES - 1).dword(INTERRUPTS);
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

  /**
   * Lets each tick of the timer earn pages, and sleeps where there is none to spend. A tick does
   * not return: it comes only while the guest sleeps, and not every accelerator can emulate iret.
   */
  private void keepSpeed(MachineCode code) {
    // the local APIC on, and what the controllers say passed through it
    code.op("c705").dword(LOCAL_APIC + 0xf0).dword(0x1ff);
    code.op("c705").dword(LOCAL_APIC + 0x350).dword(0x8700);
    code.op("31ed be 01000000"); // ebp, what was earned = 0, esi = 1
    code.op("eb04"); // over the next line
    int sleep = code.here();
    code.op("fb f4 ebfc"); // interrupts on, hlt, again
    code.op("bf").dword(INTERRUPTS).op("b9 10000000"); // edi = table, ecx = 16 gates
    int gate = code.op("c707").here();
    code.dword(0); // to the tick, which is put in below
    code.op("c74704").dword((ORIGIN & 0xffff_0000) | 0x8e00); // an interrupt gate
    code.op("83c708 e2").back(gate - 2); // edi += 8, loop
    code.op("0f011d").dword(ORIGIN + SEGMENTS + 3 * Long.BYTES + 6); // lidt
    code.op("b011 e620 e6a0 b008 e621 b070 e6a1"); // interrupt controllers: vectors from 8 on
    code.op("b004 e621 b002 e6a1 b001 e621 e6a1"); // and how the two are wired
    code.op("b0fe e621 b0ff e6a1"); // no interrupt but the timer's
    code.op("b034 e643 b0%02x e640 b0%02x e640".formatted(RELOAD & 0xff, RELOAD >> 8));
    code.op("bf").dword(from).op("eb").back(sleep); // edi = from
    code.put(gate, (code.address(code.here()) & 0xffff) | 8 << 16); // the tick, in the code segment
    code.op("83c40c b020 e620"); // forget where it came from, end of interrupt
    code.op("81c5").dword((int) ((long) speed * PRICE / TICKS)); // ebp += what a tick earns
    int spend = code.here();
    code.op("81fd").dword(PRICE).op("72").back(sleep); // not enough: sleep
    code.op("81ed").dword(PRICE); // ebp -= price
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
