package org.colotape.recorder.stream;

import org.colotape.schema.wire.ColoWord;
import org.colotape.schema.wire.StreamFormat;

/**
 * Looks for the next place, behind bytes that could not be parsed, from which parsing can go on. A
 * place is trusted if what stands there fits the stream so far over several fields, so that guest
 * memory is not taken for structure.
 */
final class TrustPoints implements Landmarks {
  private static final int WORD = Long.BYTES;
  private static final boolean[] FIRST_BYTES = new boolean[1 << Byte.SIZE];
  private static final int FIRST_BYTE = Long.SIZE - Byte.SIZE;
  private static final int SECOND_BYTE = FIRST_BYTE - Byte.SIZE;
  private static final int SECTION_ID = FIRST_BYTE - Integer.SIZE;

  static {
    FIRST_BYTES[0] = true;
    FIRST_BYTES[StreamFormat.SECTION_START] = true;
    FIRST_BYTES[StreamFormat.SECTION_PART] = true;
    FIRST_BYTES[StreamFormat.SECTION_END] = true;
    FIRST_BYTES[StreamFormat.SECTION_FOOTER] = true;
  }

  /** What begins at a trust point. */
  enum Place {
    /** The blob or package that was being read is over. */
    REGION_END,
    /** The head of the RAM section of an initial migration, or the EOF before a description. */
    ELEMENT,
    /** The head of {@link #section}, which goes on with RAM. */
    RAM_SECTION,
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
  private final RamRecords ram;
  private Place place = Place.REGION_END;
  private SectionHead section = SectionHead.NONE;

  TrustPoints(Window window, StreamState state, Boundaries boundaries) {
    this.window = window;
    this.state = state;
    this.boundaries = boundaries;
    this.ram = new RamRecords(window, state, boundaries);
  }

  /** What begins where {@link #isTrusted} last said yes. */
  Place place() {
    return place;
  }

  /** The section that the place belongs to. */
  SectionHead section() {
    return section;
  }

  @Override
  public long candidate(long at) {
    long candidate = window.find(FIRST_BYTES, at);
    while (window.has(candidate + WORD) && !mayBegin(window.u64(candidate))) {
      candidate = window.find(FIRST_BYTES, candidate + 1);
    }
    return candidate;
  }

  private boolean mayBegin(long word) {
    return switch ((int) (word >>> FIRST_BYTE)) {
      case 0 ->
          word != 0
              && (ram.mayBegin(word)
                  || ColoWord.fromPrimary(word >>> Integer.SIZE) != null
                  || word >>> SECOND_BYTE == StreamFormat.VM_DESCRIPTION);
      case StreamFormat.SECTION_FOOTER, StreamFormat.SECTION_START -> true;
      case StreamFormat.SECTION_PART, StreamFormat.SECTION_END ->
          ram.mayBeIn((word >>> SECTION_ID) & 0xffff_ffffL);
      default -> false;
    };
  }

  @Override
  public Answer isTrusted(long at) {
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
    Answer record = ram.begin(at);
    if (record == Answer.NO) {
      return isBehindState(at);
    }
    place = Place.RAM_RECORD;
    section = SectionHead.ram(ram.sectionId());
    return record;
  }

  /**
   * Whether something begins here that stands in no device's state but only behind it; the byte
   * here must be there.
   */
  Answer isBehindState(long at) {
    return switch (window.u8(at)) {
      case StreamFormat.SECTION_FOOTER -> footer(at);
      case StreamFormat.SECTION_START -> ramSection(at);
      case StreamFormat.SECTION_PART, StreamFormat.SECTION_END -> ramSectionGoesOn(at);
      case StreamFormat.EOF -> {
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
    if (state.footers == StreamState.Footers.OFF) {
      return Answer.NO;
    }
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
    long end = name + 1 + StreamFormat.RAM.length() + 2 * Integer.BYTES;
    if (!window.has(end)) {
      return window.lacking();
    }
    place = Place.ELEMENT;
    boolean ram =
        window.u8(name) == StreamFormat.RAM.length()
            && window.isText(name + 1, StreamFormat.RAM)
            && window.u64(end - 2 * Integer.BYTES) == SectionHead.RAM_INSTANCE_AND_VERSION;
    return ram ? Answer.YES : Answer.NO;
  }

  /** Whether the head of a further section of RAM stands here, and page records behind it. */
  private Answer ramSectionGoesOn(long at) {
    long records = at + 1 + Integer.BYTES;
    if (!window.has(records)) {
      return window.lacking();
    }
    long id = window.u32(at + 1);
    place = Place.RAM_SECTION;
    section = SectionHead.ram(id);
    return ram.mayBeIn(id) ? ram.isPages(records, id) : Answer.NO;
  }

  private Answer message(long at) {
    place = Place.MESSAGE;
    Answer checkpoint = boundaries.checkpointBegins(at);
    return checkpoint == Answer.NO && !state.inRegion() ? boundaries.blobBegins(at) : checkpoint;
  }
}
