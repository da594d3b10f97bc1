package org.colotape.replayer.replay;

import org.colotape.replayer.decode.PacketDecoder;
import org.colotape.replayer.decode.PageContent;
import org.colotape.replayer.decode.PageDecodeException;
import org.colotape.replayer.decode.PageDecoder;
import org.colotape.replayer.memory.RamBlockMemory;
import org.colotape.replayer.replay.ReplayError.Reason;
import org.colotape.replayer.rules.InitialPages;
import org.colotape.replayer.rules.RuleSet;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Page;
import org.colotape.schema.event.PageEncoding;
import org.jspecify.annotations.Nullable;

/** Applies page events to the memories. Everything is checked here before memory is touched. */
final class PageWrites implements AutoCloseable {
  private final Blocks blocks;
  private final RuleSet rules;
  private final PageDecoder decoder = new PageDecoder();
  private final PacketDecoder packets = new PacketDecoder();

  PageWrites(Blocks blocks, RuleSet rules) {
    this.blocks = blocks;
    this.rules = rules;
  }

  /**
   * Takes notice of an event before it is applied, whatever becomes of it: compressed packets must
   * be followed without a gap.
   *
   * @return what ends the load, or null
   */
  @Nullable ReplayError follow(Event event) {
    String problem = packets.follow(event);
    return problem == null ? null : ReplayError.at(event, Reason.BAD_PAGE_DATA, problem);
  }

  /**
   * Applies a page as the secondary does, and to the model of the PVM if there is one.
   *
   * <p>A run of zero pages that leaves the block is applied up to the block's end, because on the
   * wire it was single pages; the error names the first one behind.
   *
   * @return what ends the load, or null
   */
  @Nullable ReplayError toSecondary(Event event, Phase phase) {
    Page page = event.getPage();
    Block block = blocks.find(page.getBlock());
    if (block == null) {
      String what = page.getBlock().isEmpty() ? "page without a RAM block" : "unknown RAM block";
      return error(event, Reason.UNKNOWN_BLOCK, what, page.getOffset());
    }
    RamBlockMemory target = phase == Phase.IN_COLO ? block.cache : block.svm;
    if (target == null) {
      toPvmModel(event);
      return error(
          event, Reason.BLOCK_WITHOUT_CACHE, "RAM block without a COLO cache", page.getOffset());
    }
    if (!isSound(page, target)) {
      String what =
          String.format(
              "event of %d %s pages of %d bytes in a block with pages of %d",
              page.getPages(), page.getEncoding(), page.getPageSize(), target.pageSize());
      return error(event, Reason.BAD_PAGE_DATA, what, page.getOffset());
    }
    int pages = pagesWithin(page, target);
    int first = pages > 0 ? (int) (page.getOffset() / page.getPageSize()) : 0;
    int end = first + pages;
    if (pages > 0) {
      try {
        boolean sameInModel = isSameInModel(page, block, target, first);
        if (!sameInModel) {
          toPvmModel(event);
        }
        blocks.writingFor(event);
        write(target, first, end, contents(event, target));
        if (sameInModel && block.pvm != null) {
          copy(first, end, target, block.pvm);
        }
      } catch (PageDecodeException e) {
        return error(event, Reason.BAD_PAGE_DATA, String.valueOf(e.getMessage()), page.getOffset());
      }
      block.missing.remove(first, end);
      if (phase == Phase.IN_COLO) {
        block.received.add((long) first, (long) end);
      } else if (block.cache != null && rules.initialPages() == InitialPages.SVM_AND_CACHE) {
        copy(first, end, target, block.cache);
      }
    }
    if (pages == page.getPages()) {
      return null;
    }
    return error(
        event,
        Reason.ILLEGAL_OFFSET,
        String.format("illegal RAM offset in a block of 0x%x bytes", target.usedLength()),
        page.getOffset() + (long) pages * page.getPageSize());
  }

  /** Applies a page to the model of the PVM only, if there is one and the page can be applied. */
  void toPvmModel(Event event) {
    Page page = event.getPage();
    Block block = blocks.find(page.getBlock());
    if (block == null || block.pvm == null) {
      return;
    }
    int pages = isSound(page, block.pvm) ? pagesWithin(page, block.pvm) : 0;
    if (pages == 0) {
      return;
    }
    try {
      int first = (int) (page.getOffset() / page.getPageSize());
      blocks.writingFor(event);
      write(block.pvm, first, first + pages, contents(event, block.pvm));
    } catch (PageDecodeException e) {
      // the secondary meets the same bytes and reports them; the model keeps what it had
      return;
    }
  }

  @Override
  public void close() {
    decoder.close();
    packets.close();
  }

  private PageContent contents(Event event, RamBlockMemory base) throws PageDecodeException {
    Page page = event.getPage();
    return PacketDecoder.isPacked(page)
        ? packets.decode(event)
        : decoder.decode(page, event.getWire(), base);
  }

  /** Whether the event is one that a recorder makes for this block. */
  private static boolean isSound(Page page, RamBlockMemory block) {
    return page.getPageSize() == block.pageSize()
        && (page.getPages() == 1
            || (page.getPages() > 1 && page.getEncoding() == PageEncoding.ZERO));
  }

  /**
   * How many of the event's pages lie in the block: 0 also if they are not on its page boundaries.
   */
  private static int pagesWithin(Page page, RamBlockMemory block) {
    int pageSize = block.pageSize();
    long offset = page.getOffset();
    if (offset < 0 || offset % pageSize != 0 || offset >= block.usedLength()) {
      return 0;
    }
    return (int) Math.min(page.getPages(), (block.usedLength() - offset) / pageSize);
  }

  /**
   * Whether the model of the PVM becomes what the target becomes: a delta must apply to the same
   * page in both.
   */
  private static boolean isSameInModel(Page page, Block block, RamBlockMemory target, int index) {
    return page.getEncoding() != PageEncoding.XBZRLE
        || block.pvm == null
        || target.shares(index, block.pvm);
  }

  private static void write(RamBlockMemory target, int from, int to, PageContent content) {
    switch (content) {
      case PageContent.Bytes(byte[] array, int start) -> target.write(from, array, start);
      case PageContent.Zero() -> target.zero(from, to);
      case PageContent.Fill(byte value) -> target.fill(from, value);
    }
  }

  private static void copy(int from, int to, RamBlockMemory source, RamBlockMemory target) {
    for (int page = from; page < to; page++) {
      target.copy(page, source);
    }
  }

  private static ReplayError error(Event event, Reason reason, String detail, long offset) {
    return ReplayError.at(event, reason, detail, event.getPage().getBlock(), offset);
  }
}
