package org.colotape.recorder.observe;

import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What {@code info ramblock} prints: the RAM blocks of a machine. From QEMU 8 on it tells where
 * each of them is in QEMU's own memory, in the column HVA (QEMU system/physmem.c,
 * ram_block_format); QEMU 7.2 does not.
 *
 * @param text as QEMU's monitor printed it
 */
record RamblockTable(String text) {
  /** Of a machine that was not asked. */
  static final RamblockTable UNKNOWN = new RamblockTable("");

  private static final Pattern LINE =
      Pattern.compile(
          "\\s*(?<block>\\S+)\\s+\\d+ [KMGTPE]?i?B(\\s+0x[0-9a-f]+){3}\\s+0x(?<address>[0-9a-f]+)"
              + "\\s+r[ow]\\s*");

  /** Address of a block in the process; empty if it is not told. */
  OptionalLong address(String block) {
    Long address = addresses().get(block);
    return address == null ? OptionalLong.empty() : OptionalLong.of(address);
  }

  /** All addresses that are told: where the machine's own memory is, and the COLO cache is not. */
  Set<Long> own() {
    return Set.copyOf(addresses().values());
  }

  private Map<String, Long> addresses() {
    return text.lines()
        .map(LINE::matcher)
        .filter(line -> line.matches() && !line.group("address").matches("0+"))
        .collect(
            Collectors.toMap(
                line -> line.group("block"),
                line -> Long.parseUnsignedLong(line.group("address"), 16),
                (first, _) -> first));
  }
}
