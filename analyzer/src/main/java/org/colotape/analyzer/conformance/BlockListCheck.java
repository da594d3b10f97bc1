package org.colotape.analyzer.conformance;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.RamBlock;
import org.colotape.schema.event.RamBlockList;
import org.colotape.schema.event.Section;
import org.colotape.schema.event.SectionType;

/** The list of RAM blocks. */
final class BlockListCheck implements Check {
  static final Rule PLACE =
      Rule.error(
          "block-list-place",
          "The block list stands in the START of the RAM section.",
          "migration/ram.c, ram_save_setup");

  static final Rule TWICE =
      Rule.error(
          "block-twice", "No block is listed twice.", "system/physmem.c, qemu_ram_set_idstr");

  static final Rule LENGTH =
      Rule.error(
          "block-length",
          "A block is a whole number of pages long (bug 41, I8).",
          "migration/ram.c, ram_save_setup; system/physmem.c, qemu_ram_resize");

  static final Rule TOTAL =
      Rule.error(
          "block-list-total",
          "The total is the sum of the blocks' lengths.",
          "migration/ram.c, parse_ramblocks");

  static final Rule PAGE_SIZE =
      Rule.error(
          "block-page-size",
          "A block's own page size is a power of two above the stream's, and divides the block.",
          "migration/ram.c, parse_ramblock");

  static final Rule RESIZED =
      Rule.info(
          "block-resized",
          "A block that is listed again has the length that it had (bug 41).",
          "migration/ram.c, parse_ramblock");

  static final List<Rule> RULES = List.of(PLACE, TWICE, LENGTH, TOTAL, PAGE_SIZE, RESIZED);

  private final Facts facts;

  BlockListCheck(Facts facts) {
    this.facts = facts;
  }

  @Override
  public void see(Event event, Findings findings) {
    if (!Facts.isMain(event)) {
      return;
    }
    switch (event.getKind()) {
      case RAM_BLOCK_LIST -> list(event, event.getBlocks(), findings);
      default -> {}
    }
  }

  private void list(Event event, RamBlockList list, Findings findings) {
    Section section = facts.section;
    if (section != null
        && (section.getType() == SectionType.PART || section.getType() == SectionType.END)) {
      findings.add(PLACE, event, "a block list in the " + section.getType() + " of a section");
    }
    Set<String> names = new HashSet<>();
    long sum = 0;
    boolean mapped = false;
    for (RamBlock block : list.getBlocks()) {
      sum += block.getUsedLength();
      mapped |= block.getPagesOffset() >= 0;
      if (!names.add(block.getName())) {
        findings.add(TWICE, event, "block '" + block.getName() + "' is listed twice");
      }
      block(event, block, findings);
    }
    // in a mapped-ram file each entry is a list of its own, and the total that of all
    if (sum != list.getTotalLength() && !mapped) {
      findings.add(
          TOTAL, event, "total %d, blocks add up to %d".formatted(list.getTotalLength(), sum));
    }
  }

  private void block(Event event, RamBlock block, Findings findings) {
    String name = block.getName();
    long used = block.getUsedLength();
    if (used <= 0 || used % facts.pageSize != 0) {
      findings.add(LENGTH, event, "block '%s' has %d bytes".formatted(name, used));
    }
    long own = block.getPageSize();
    if (own != 0 && (Long.bitCount(own) != 1 || own <= facts.pageSize || used % own != 0)) {
      findings.add(
          PAGE_SIZE, event, "block '%s' of %d bytes has pages of %d".formatted(name, used, own));
    }
    RamBlock before = facts.block(name);
    if (before != null && before.getUsedLength() != used) {
      findings.add(
          RESIZED,
          event,
          "block '%s' had %d bytes, has %d".formatted(name, before.getUsedLength(), used));
    }
  }
}
