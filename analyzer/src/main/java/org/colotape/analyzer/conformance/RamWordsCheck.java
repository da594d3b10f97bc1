package org.colotape.analyzer.conformance;

import java.util.List;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Page;
import org.colotape.schema.event.PageEncoding;

/** The words that lead the records of RAM, beyond what makes them readable. */
final class RamWordsCheck implements Check {

  static final Rule RESERVED =
      Rule.error(
          "ram-word-reserved",
          "A word without a page has no bits but its flag.",
          "migration/ram.c, RAM_SAVE_FLAG_EOS, RAM_SAVE_FLAG_MULTIFD_FLUSH");

  static final Rule FILL =
      Rule.info(
          "fill-byte",
          "A filled page is one of zeros: only old senders fill with other bytes.",
          "migration/ram.c, save_zero_page, ram_handle_zero");

  static final Rule LENGTH =
      Rule.error(
          "page-length",
          "A page that is sent as it is has all of its bytes.",
          "migration/ram.c, save_normal_page");

  static final List<Rule> RULES = List.of(RESERVED, FILL, LENGTH);

  @Override
  public void see(Event event, Findings findings) {
    switch (event.getKind()) {
      case RAM_MARK -> {
        long word = Bytes.length(event) < Long.BYTES ? 0 : Bytes.u64(event, 0);
        if (word != event.getMark().getFlags()) {
          findings.add(RESERVED, event, "word 0x%x".formatted(word));
        }
      }
      case PAGE -> page(event, event.getPage(), findings);
      default -> {}
    }
  }

  private static void page(Event event, Page page, Findings findings) {
    int data = Bytes.length(event) - page.getDataStart();
    if (page.getEncoding() == PageEncoding.FILL && data == 1) {
      findings.add(
          FILL,
          event,
          page.getDataStart(),
          "filled with 0x%02x".formatted(Bytes.u8(event, page.getDataStart())));
    } else if (page.getEncoding() == PageEncoding.RAW && data != page.getPageSize()) {
      findings.add(LENGTH, event, "%d bytes of %d".formatted(data, page.getPageSize()));
    }
  }
}
