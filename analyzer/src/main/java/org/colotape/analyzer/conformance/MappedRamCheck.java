package org.colotape.analyzer.conformance;

import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Padding;
import org.colotape.schema.event.PageBitmap;
import org.colotape.schema.event.RamBlock;

/** The places of bitmaps and pages in a mapped-ram file. */
final class MappedRamCheck implements Check {
  static final Rule PLACE =
      Rule.error(
          "mapped-ram-place",
          "Pages begin at a multiple of 1 MiB, behind their bitmap, and no two blocks overlap.",
          "migration/ram.c, mapped_ram_setup_ramblock, mapped_ram_read_header");

  static final Rule BITMAP =
      Rule.error(
          "mapped-ram-bitmap",
          "A bitmap has no bits beyond its block.",
          "migration/ram.c, ram_save_file_bmap");

  static final Rule PADDING =
      Rule.warning(
          "mapped-ram-padding",
          "What is no part of a mapped-ram file is a hole or zero.",
          "migration/ram.c, ramblock_set_file_bmap_atomic");

  static final List<Rule> RULES = List.of(PLACE, BITMAP, PADDING);

  private static final long ALIGNMENT = 1L << 20;
  private static final int MOST_PLACES = 2 * Facts.MOST_BLOCKS;

  private final Facts facts;

  /** Ends of bitmaps and pages, by where they begin. */
  private final NavigableMap<Long, Long> places = new TreeMap<>();

  MappedRamCheck(Facts facts) {
    this.facts = facts;
  }

  @Override
  public void see(Event event, Findings findings) {
    if (!Facts.isMain(event)) {
      return;
    }
    switch (event.getKind()) {
      case RAM_BLOCK_LIST ->
          event.getBlocks().getBlocks().forEach(block -> block(event, block, findings));
      case PAGE_BITMAP -> bitmap(event, event.getBitmap(), findings);
      case PADDING -> padding(event, event.getPadding(), findings);
      default -> {}
    }
  }

  private void block(Event event, RamBlock block, Findings findings) {
    if (block.getPagesOffset() < 0) {
      return;
    }
    long pages = block.getUsedLength() / facts.pageSize;
    long bitmapBytes = (pages + Long.SIZE - 1) / Long.SIZE * Long.BYTES;
    String name = block.getName();
    if (block.getPagesOffset() % ALIGNMENT != 0) {
      findings.add(
          PLACE,
          event,
          "pages of '%s' at 0x%x, no multiple of 1 MiB".formatted(name, block.getPagesOffset()));
    }
    if (block.getBitmapOffset() < 0
        || block.getPagesOffset() < block.getBitmapOffset() + bitmapBytes) {
      findings.add(
          PLACE,
          event,
          "pages of '%s' at 0x%x, bitmap at 0x%x"
              .formatted(name, block.getPagesOffset(), block.getBitmapOffset()));
      return;
    }
    place(event, block.getBitmapOffset(), bitmapBytes, "bitmap of '" + name + "'", findings);
    place(
        event, block.getPagesOffset(), block.getUsedLength(), "pages of '" + name + "'", findings);
  }

  private void place(Event event, long begin, long length, String what, Findings findings) {
    Map.Entry<Long, Long> before = places.floorEntry(begin);
    Map.Entry<Long, Long> behind = places.ceilingEntry(begin);
    if ((before != null && before.getValue() > begin)
        || (behind != null && behind.getKey() < begin + length)) {
      findings.add(PLACE, event, "%s at 0x%x lies over another part".formatted(what, begin));
    }
    if (places.size() < MOST_PLACES) {
      places.put(begin, begin + length);
    }
  }

  private void bitmap(Event event, PageBitmap bitmap, Findings findings) {
    RamBlock block = facts.block(bitmap.getBlock());
    if (block == null) {
      return;
    }
    long pages = block.getUsedLength() / facts.pageSize;
    long first = pages - bitmap.getPosition() * Byte.SIZE;
    for (long bit = Math.max(0, first); bit < (long) Bytes.length(event) * Byte.SIZE; bit++) {
      int at = (int) (bit / Byte.SIZE);
      if ((Bytes.u8(event, at) & 1 << bit % Byte.SIZE) != 0) {
        findings.add(
            BITMAP,
            event,
            at,
            "a bit beyond the %d pages of '%s'".formatted(pages, bitmap.getBlock()));
        return;
      }
    }
  }

  private static void padding(Event event, Padding padding, Findings findings) {
    if (!Bytes.zero(event, 0, Bytes.length(event))) {
      findings.add(PADDING, event, padding.getLength() + " bytes of padding are not zero");
    }
  }
}
