package org.colotape.analyzer.conformance;

import java.util.ArrayList;
import java.util.List;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Page;
import org.colotape.schema.event.PageEncoding;
import org.colotape.schema.event.RamBlock;
import org.colotape.schema.event.RecordingStart;
import org.colotape.schema.wire.RamFlags;

/** Where pages go: into listed blocks, within them, once in a section, and all of them at first. */
final class PagesCheck implements Check {
  static final Rule BEFORE_LIST =
      Rule.error(
          "page-before-list",
          "Pages come behind the block list.",
          "migration/ram.c, ram_save_setup");

  static final Rule BLOCK =
      Rule.error(
          "page-block", "A page is of a listed block.", "migration/ram.c, ram_block_from_stream");

  static final Rule OFFSET =
      Rule.error(
          "page-offset",
          "A page lies within the used length of its block (bug 3, I8).",
          "migration/ram.c, ram_load_precopy (offset_in_ramblock)");

  /** A page's dirty bit is taken when it is sent, and the log is read between sections. */
  static final Rule ONCE =
      Rule.warning(
          "page-once",
          "A page is sent once in a section, because its dirty bit is cleared then.",
          "migration/ram.c, migration_bitmap_clear_dirty, migration_bitmap_sync_precopy");

  /** A guest may have said which pages are free (virtio-balloon). */
  static final Rule NEVER =
      Rule.warning(
          "page-never-sent",
          "Each page is sent at least once in the initial migration (I1), but free ones.",
          "migration/ram.c, ram_list_init_bitmaps");

  static final Rule NO_BASE =
      Rule.error(
          "xbzrle-base",
          "A delta comes for a page that was sent before.",
          "migration/ram.c, save_xbzrle_page (xbzrle_cache)");

  static final List<Rule> RULES = List.of(BEFORE_LIST, BLOCK, OFFSET, ONCE, NEVER, NO_BASE);

  private final Facts facts;
  private final PageMarks inSection = new PageMarks();
  private final PageMarks ever = new PageMarks();

  /** True if pages may come that are not seen in the order of the main stream, or not at all. */
  private boolean elsewhere;

  /** True if bytes were lost in which pages may have been. */
  private boolean lost;

  PagesCheck(Facts facts) {
    this.facts = facts;
  }

  @Override
  public void see(Event event, Findings findings) {
    elsewhere |= event.getChannel() > 0;
    switch (event.getKind()) {
      case PAGE -> page(event, event.getPage(), findings);
      case OPAQUE -> lost = true;
      case RECORDING_START -> start(event.getStart());
      case SECTION_START -> {
        if (Facts.isMain(event)) {
          inSection.clear();
        }
      }
      case RAM_MARK -> {
        int flags = event.getMark().getFlags();
        elsewhere |= flags == RamFlags.MULTIFD_FLUSH;
      }
      case RAM_BLOCK_LIST ->
          elsewhere |= event.getBlocks().getBlocks().stream().anyMatch(PagesCheck::isElsewhere);
      case MULTIFD_PACKET -> inSection.clear();
      case END_OF_SECTIONS -> {
        if (Facts.isMain(event) && !facts.migrated && facts.packageEnd < 0) {
          neverSent(event, findings);
        }
      }
      default -> {}
    }
  }

  /** Pages of a mapped-ram file may be absent, and with x-ignore-shared a whole block. */
  private static boolean isElsewhere(RamBlock block) {
    return block.getPagesOffset() >= 0 || block.getAddress() >= 0;
  }

  private void start(RecordingStart start) {
    elsewhere |= start.getSources().stream().anyMatch(source -> source.startsWith("channel 1,"));
  }

  private void page(Event event, Page page, Findings findings) {
    String name = page.getBlock();
    if (name.isEmpty() || page.getBlockInferred()) {
      return;
    }
    RamBlock block = facts.block(name);
    if (block == null) {
      if (facts.hasBlocks()) {
        findings.add(BLOCK, event, "a page of block '" + name + "', which is not listed");
      } else {
        findings.add(BEFORE_LIST, event, "a page before any block list");
      }
      return;
    }
    long pageSize = page.getPageSize();
    long length = page.getPages() * pageSize;
    if (length > block.getUsedLength() - page.getOffset()) {
      findings.add(
          OFFSET,
          event,
          "page 0x%x of block '%s' of 0x%x bytes"
              .formatted(page.getOffset(), name, block.getUsedLength()));
      return;
    }
    mark(event, page, page.getOffset() / pageSize, findings);
  }

  private void mark(Event event, Page page, long first, Findings findings) {
    String name = page.getBlock();
    if (page.getEncoding() == PageEncoding.XBZRLE
        && !lost
        && !elsewhere
        && !ever.isFull()
        && !ever.contains(name, first)) {
      findings.add(
          NO_BASE,
          event,
          "a delta for page 0x%x of '%s', which was never sent".formatted(page.getOffset(), name));
    }
    boolean main = event.getChannel() == 0;
    for (long i = first; i < first + page.getPages(); i++) {
      ever.add(name, i);
      if (main && inSection.add(name, i)) {
        findings.add(
            ONCE,
            event,
            "page 0x%x of '%s' again in the same section".formatted(i * page.getPageSize(), name));
      }
    }
  }

  private void neverSent(Event event, Findings findings) {
    if (lost || elsewhere || ever.isFull()) {
      return;
    }
    List<String> lacking = new ArrayList<>();
    for (RamBlock block : facts.blocks().values()) {
      long pages = block.getUsedLength() / facts.pageSize;
      long never = pages - ever.count(block.getName(), pages);
      if (never > 0) {
        lacking.add("%d of %d pages of '%s'".formatted(never, pages, block.getName()));
      }
    }
    if (!lacking.isEmpty()) {
      findings.add(NEVER, event, "never sent: " + String.join(", ", lacking));
    }
  }
}
