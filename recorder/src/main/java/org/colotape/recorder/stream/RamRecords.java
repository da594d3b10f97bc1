package org.colotape.recorder.stream;

import org.colotape.schema.event.SectionType;
import org.colotape.schema.wire.RamFlags;
import org.colotape.schema.wire.StreamFormat;

/**
 * Recognises records of RAM where their section is not certain: behind damage, or where its head
 * was lost.
 */
final class RamRecords {
  private static final int WORD = Long.BYTES;
  private static final long NO_RECORD = -1;
  private static final long NEEDS_MORE = -2;

  private final Window window;
  private final StreamState state;
  private final Boundaries boundaries;
  private long sectionId;

  RamRecords(Window window, StreamState state, Boundaries boundaries) {
    this.window = window;
    this.state = state;
    this.boundaries = boundaries;
  }

  /**
   * Id of the section that holds the records that {@link #begin} or {@link #isPages} last found.
   */
  long sectionId() {
    return sectionId;
  }

  /** Whether a record that could be trusted might begin with this word. */
  boolean mayBegin(long word) {
    return isPageWord(word) || isBlockListWord(word);
  }

  /** Whether RAM may be in the section with this id. */
  boolean mayBeIn(long id) {
    SectionHead ram = state.ramSection();
    return ram == null ? id <= Limits.MAX_SECTION_ID : id == ram.id();
  }

  private boolean isPageWord(long word) {
    return state.mayHold(word) && PageRecord.isPage((int) word & (state.pageSize - 1));
  }

  private boolean isBlockListWord(long word) {
    return state.ramSection() == null
        && !state.has(Capabilities.MAPPED_RAM)
        && word > 0
        && (word & (state.pageSize - 1)) == RamFlags.MEM_SIZE;
  }

  /** Whether a record stands here that can be trusted to be one of RAM. */
  Answer begin(long at) {
    SectionHead ram = state.ramSection();
    if (ram != null) {
      return isPages(at, ram.id());
    }
    Answer setup = isSetup(at);
    SectionHead current = state.section;
    return setup == Answer.NO && current != null && current.type() != SectionType.FULL
        ? isPages(at, current.id())
        : setup;
  }

  /**
   * Whether two page records in a row stand here, both of known blocks and within them, or one and
   * the end of the section with this id.
   */
  Answer isPages(long at, long id) {
    sectionId = id;
    long second = recordEnd(at);
    if (second < 0) {
      return second == NEEDS_MORE ? Answer.MORE : Answer.NO;
    }
    if (!window.has(second + WORD)) {
      return window.lacking();
    }
    if (window.u64(second) == RamFlags.EOS) {
      return endOfSection(second + WORD, id);
    }
    long third = recordEnd(second);
    if (third == NEEDS_MORE) {
      return Answer.MORE;
    }
    return third == NO_RECORD ? Answer.NO : Answer.YES;
  }

  private Answer endOfSection(long at, long id) {
    return state.footers == StreamState.Footers.OFF
        ? boundaries.sectionCanEnd(at)
        : boundaries.footerOf(id, at);
  }

  /** Where the page record at this offset ends, {@link #NO_RECORD} or {@link #NEEDS_MORE}. */
  private long recordEnd(long at) {
    if (!window.has(at + WORD)) {
      return window.ended() ? NO_RECORD : NEEDS_MORE;
    }
    long word = window.u64(at);
    if (!isPageWord(word)) {
      return NO_RECORD;
    }
    try {
      PageRecord record = PageRecord.at(window, at, (int) word & (state.pageSize - 1), state);
      if (record == null) {
        return window.ended() ? NO_RECORD : NEEDS_MORE;
      }
      boolean known =
          record.isContinued()
              || state.mayHold(window.text(at + WORD + 1, record.nameLength()), word);
      return known ? record.end() : NO_RECORD;
    } catch (Unparseable e) {
      return NO_RECORD;
    }
  }

  /**
   * Whether a block list stands here that adds up, and behind it the end of its section: where the
   * head of that section was lost, its footer tells the id.
   */
  private Answer isSetup(long at) {
    if (!window.has(at + WORD)) {
      return window.lacking();
    }
    long word = window.u64(at);
    if (!isBlockListWord(word)) {
      return Answer.NO;
    }
    try {
      BlockListRecord list = BlockListRecord.at(window, at, word - RamFlags.MEM_SIZE, state);
      if (list == null || !window.has(list.end() + WORD + StreamFormat.FOOTER_BYTES)) {
        return window.lacking();
      }
      long footer = list.end() + WORD;
      sectionId = window.u32(footer + 1);
      boolean plausible =
          window.u64(list.end()) == RamFlags.EOS
              && window.u8(footer) == StreamFormat.SECTION_FOOTER
              && sectionId <= Limits.MAX_SECTION_ID;
      return plausible ? Answer.YES : Answer.NO;
    } catch (Unparseable e) {
      return Answer.NO;
    }
  }
}
