package org.colotape.recorder.observe;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RamblockTableTest {
  @Test
  void qemuTenTellsWhereItsBlocksAre() {
    RamblockTable table =
        new RamblockTable(
            """
                          Block Name    PSize              Offset               Used              Total                HVA  RO\r
                                 ram    2 MiB  0x0000000000000000 0x0000000001000000 0x0000000001000000 0x00007f2e25400000  rw\r
                /rom@etc/acpi/tables    4 KiB  0x0000000001080000 0x0000000000020000 0x0000000000200000 0x00007f2e24600000  ro\r
            """);

    assertThat(table.address("ram")).hasValue(0x7f2e_2540_0000L);
    assertThat(table.address("/rom@etc/acpi/tables")).hasValue(0x7f2e_2460_0000L);
    assertThat(table.address("pc.ram")).isEmpty();
    assertThat(table.own()).containsExactlyInAnyOrder(0x7f2e_2540_0000L, 0x7f2e_2460_0000L);
  }

  @Test
  void qemuSevenDoesNotTellIt() {
    RamblockTable table =
        new RamblockTable(
            """
                          Block Name    PSize              Offset               Used              Total\r
                              pc.ram    4 KiB  0x0000000000000000 0x0000000001000000 0x0000000001000000\r
            """);

    assertThat(table.address("pc.ram")).isEmpty();
  }
}
