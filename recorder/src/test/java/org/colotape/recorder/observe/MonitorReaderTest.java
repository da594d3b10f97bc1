package org.colotape.recorder.observe;

import static org.assertj.core.api.Assertions.assertThat;

import org.colotape.recorder.observe.MonitorReader.Range;
import org.junit.jupiter.api.Test;

class MonitorReaderTest {
  /** As QEMU 7.2 and 10.0 print it for a machine of 5 GiB, shortened. */
  private static final String TREE =
      """
      FlatView #0
       AS "I/O", root: io
       Root memory region: io
        0000000000000000-0000000000000007 (prio 0, i/o): dma-chan

      FlatView #1
       AS "memory", root: system
       AS "cpu-memory-0", root: system
       Root memory region: system
        0000000000000000-000000000009ffff (prio 0, ram): ram KVM
        00000000000c0000-00000000000dffff (prio 1, rom): pc.rom KVM
        00000000000e0000-00000000000effff (prio 1, rom): ram @00000000000e0000 KVM
        0000000000100000-00000000bfffffff (prio 0, ram): ram @0000000000100000 KVM
        00000000fee00000-00000000feefffff (prio 4096, i/o): kvm-apic-msi
        0000000100000000-000000017fffffff (prio 0, ram): ram @00000000c0000000

      FlatView #2
       AS "KVM-SMRAM", root: mem-container-smram
       Root memory region: mem-container-smram
        0000000000000000-00000000000bffff (prio 0, ram): ram KVM
      """;

  @Test
  void theGuestSeesABlockInPartsOfWhichEachIsFoundWithItsAddress() {
    assertThat(MonitorReader.ranges(TREE, "ram"))
        .containsExactly(
            new Range(0, 0, 0xa0000),
            new Range(0xe0000, 0xe0000, 0x10000),
            new Range(0x100000, 0x100000, 0xbff00000L),
            new Range(0xc0000000L, 0x100000000L, 0x80000000L));
  }

  @Test
  void aBlockThatTheGuestDoesNotSeeHasNoParts() {
    assertThat(MonitorReader.ranges(TREE, "vga.vram")).isEmpty();
    assertThat(MonitorReader.ranges("", "ram")).isEmpty();
  }
}
