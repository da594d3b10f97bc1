package org.colotape.recorder.stream;

import org.colotape.schema.event.SectionType;

/**
 * Looks for the next place, behind bytes that could not be parsed, from which parsing can go on. A
 * place is trusted if what stands there fits the stream so far over several fields, so that guest
 * memory is not taken for structure.
 */
final class TrustPoints {
  private static final int WORD = Long.BYTES;
  private static final boolean[] FIRST_BYTES = new boolean[1 << Byte.SIZE];
  private static final int FIRST_BYTE = Long.SIZE - Byte.SIZE;
  private static final int SECOND_BYTE = FIRST_BYTE - Byte.SIZE;
  private static final long NO_RECORD = -1;
  private static final long NEEDS_MORE = -2;

  static {
    FIRST_BYTES[0] = true;
    FIRST_BYTES[Wire.SECTION_START] = true;
    FIRST_BYTES[Wire.SECTION_FOOTER] = true;
  }

  /** What begins at a trust point. */
  enum Place {
    /** The blob or package that was being read is over. */
    REGION_END,
    /** The head of the RAM section of an initial migration, or the EOF before a description. */
    ELEMENT,
    /** The footer of {@link #section}. */
    FOOTER,
    /** A record of {@link #section}, which holds RAM. */
    RAM_RECORD,
    /** A COLO message of the primary. */
    MESSAGE
  }

  private final Window window;
  private final StreamState state;
  private final Boundaries boundaries;
  private Place place = Place.REGION_END;
  private SectionHead section = SectionHead.NONE;

  TrustPoints(Window window, StreamState state, Boundaries boundaries) {
    this.window = window;
    this.state = state;
    this.boundaries = boundaries;
  }

  /** What begins where {@link #isTrusted} last said yes. */
  Place place() {
    return place;
  }

  /** The section that the place belongs to. */
  SectionHead section() {
    return section;
  }

  /** The first place from {@code at} on that may be trusted, as far as its first bytes tell. */
  long candidate(long at) {
    long candidate = window.find(FIRST_BYTES, at);
    while (window.has(candidate + WORD) && !mayBegin(window.u64(candidate))) {
      candidate = window.find(FIRST_BYTES, candidate + 1);
    }
    return candidate;
  }

  private boolean mayBegin(long word) {
    return switch ((int) (word >>> FIRST_BYTE)) {
      case 0 ->
          isPageWord(word)
              || isBlockListWord(word)
              || ColoMessages.fromPrimary(word >>> Integer.SIZE) != null
              || word >>> SECOND_BYTE == Wire.VM_DESCRIPTION;
      case Wire.SECTION_FOOTER, Wire.SECTION_START -> true;
      default -> false;
    };
  }

  private boolean isPageWord(long word) {
    return word >= 0
        && word < state.largestBlock
        && PageRecord.isPage((int) word & (state.pageSize - 1));
  }

  private boolean isBlockListWord(long word) {
    return state.ramSection() == null
        && word > 0
        && (word & (state.pageSize - 1)) == Wire.RAM_MEM_SIZE;
  }

  /** Whether parsing can go on here; MORE if too few bytes are there to tell. */
  Answer isTrusted(long at) {
    if (at == window.fence()) {
      place = Place.REGION_END;
      return Answer.YES;
    }
    if (!window.has(at + 1)) {
      return window.lacking();
    }
    if (window.u8(at) != 0) {
      return isBehindState(at);
    }
    Answer record = pageRecord(at);
    return record == Answer.NO ? isBehindState(at) : record;
  }

  /**
   * Whether something begins here that stands in no device's state but only behind it; the byte
   * here must be there.
   */
  Answer isBehindState(long at) {
    return switch (window.u8(at)) {
      case Wire.SECTION_FOOTER -> footer(at);
      case Wire.SECTION_START -> ramSection(at);
      case Wire.EOF -> {
        Answer message = message(at);
        if (message != Answer.NO) {
          yield message;
        }
        place = Place.ELEMENT;
        yield boundaries.eofBeforeDescription(at);
      }
      default -> Answer.NO;
    };
  }

  private Answer footer(long at) {
    Answer footer = boundaries.footer(at);
    if (footer == Answer.YES) {
      long id = window.u32(at + 1);
      SectionHead head = state.section(id);
      place = Place.FOOTER;
      section = head == null ? SectionHead.unknown(id) : head;
    }
    return footer;
  }

  private Answer ramSection(long at) {
    long name = at + 1 + Integer.BYTES;
    long end = name + 1 + SectionHead.RAM.length() + 2 * Integer.BYTES;
    if (!window.has(end)) {
      return window.lacking();
    }
    place = Place.ELEMENT;
    boolean ram =
        window.u8(name) == SectionHead.RAM.length()
            && window.isText(name + 1, SectionHead.RAM)
            && window.u64(end - 2 * Integer.BYTES) == SectionHead.RAM_INSTANCE_AND_VERSION;
    return ram ? Answer.YES : Answer.NO;
  }

  private Answer message(long at) {
    place = Place.MESSAGE;
    Answer checkpoint = boundaries.checkpointBegins(at);
    return checkpoint == Answer.NO && !state.inRegion() ? boundaries.blobBegins(at) : checkpoint;
  }

  /**
   * Whether two page records in a row stand here, both of known blocks and within them, or one and
   * the end of its section.
   */
  private Answer pageRecord(long at) {
    SectionHead ram = state.ramSection();
    if (ram == null) {
      return ramSetup(at);
    }
    place = Place.RAM_RECORD;
    section = ram.as(SectionType.UNKNOWN);
    long second = recordEnd(at);
    if (second < 0) {
      return second == NEEDS_MORE ? Answer.MORE : Answer.NO;
    }
    if (!window.has(second + WORD)) {
      return window.lacking();
    }
    if (window.u64(second) == Wire.RAM_EOS) {
      return endOfSection(second + WORD, ram);
    }
    long third = recordEnd(second);
    if (third == NEEDS_MORE) {
      return Answer.MORE;
    }
    return third == NO_RECORD ? Answer.NO : Answer.YES;
  }

  private Answer endOfSection(long at, SectionHead ram) {
    return state.footers == StreamState.Footers.OFF
        ? boundaries.sectionCanEnd(at)
        : boundaries.footerOf(ram.id(), at);
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
              || state.holds(window.text(at + WORD + 1, record.nameLength()), word);
      return known ? record.end() : NO_RECORD;
    } catch (Unparseable e) {
      return NO_RECORD;
    }
  }

  /**
   * Whether a block list stands here that adds up, and behind it the end of its section: where the
   * head of that section was lost, its footer tells the id.
   */
  private Answer ramSetup(long at) {
    if (!window.has(at + WORD)) {
      return window.lacking();
    }
    long word = window.u64(at);
    if (!isBlockListWord(word)) {
      return Answer.NO;
    }
    try {
      BlockListRecord list = BlockListRecord.at(window, at, word - Wire.RAM_MEM_SIZE, state);
      if (list == null || !window.has(list.end() + WORD + Wire.FOOTER_BYTES)) {
        return window.lacking();
      }
      long footer = list.end() + WORD;
      long id = window.u32(footer + 1);
      place = Place.RAM_RECORD;
      section = SectionHead.ram(id);
      boolean plausible =
          window.u64(list.end()) == Wire.RAM_EOS
              && window.u8(footer) == Wire.SECTION_FOOTER
              && id <= Wire.MAX_SECTION_ID;
      return plausible ? Answer.YES : Answer.NO;
    } catch (Unparseable e) {
      return Answer.NO;
    }
  }
}
