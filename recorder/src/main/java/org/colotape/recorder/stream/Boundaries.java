package org.colotape.recorder.stream;

import org.colotape.schema.event.ColoMessageType;
import org.colotape.schema.wire.ColoWord;
import org.colotape.schema.wire.MigrationCommand;
import org.colotape.schema.wire.StreamFormat;

/**
 * Recognises places where one part of the stream ends and the next begins. Device sections carry no
 * length, so their ends are found by what follows; the same knowledge finds the place to go on
 * behind damage.
 */
final class Boundaries {
  /**
   * Bytes at the beginning of a VM description that must be text where nothing else speaks for it.
   */
  private static final int DESCRIPTION_SAMPLE = 8;

  private final Window window;
  private final StreamState state;

  Boundaries(Window window, StreamState state) {
    this.window = window;
    this.state = state;
  }

  /** Whether a footer of this section stands here, and what follows it can follow a section. */
  Answer footerOf(long sectionId, long at) {
    Answer footer = footer(at);
    return footer == Answer.YES && window.u32(at + 1) != sectionId ? Answer.NO : footer;
  }

  /**
   * Whether the footer of some section stands here, and what follows it can follow a section. The
   * section's head may have been lost.
   */
  Answer footer(long at) {
    if (!window.has(at + StreamFormat.FOOTER_BYTES)) {
      return window.lacking();
    }
    if (window.u8(at) != StreamFormat.SECTION_FOOTER
        || window.u32(at + 1) > Limits.MAX_SECTION_ID) {
      return Answer.NO;
    }
    return sectionCanEnd(at + StreamFormat.FOOTER_BYTES);
  }

  /** Whether what begins here can follow a section; where the bytes end, a section can too. */
  Answer sectionCanEnd(long at) {
    if (!window.has(at + 1)) {
      return window.ended() ? Answer.YES : Answer.MORE;
    }
    return switch (window.u8(at)) {
      case StreamFormat.EOF -> lastEof(at);
      case StreamFormat.SECTION_START, StreamFormat.SECTION_FULL -> sectionHead(at);
      case StreamFormat.SECTION_PART, StreamFormat.SECTION_END -> knownSection(at);
      case StreamFormat.COMMAND -> command(at);
      default -> Answer.NO;
    };
  }

  /**
   * Whether the byte here is the EOF that ends a run of sections: 0x00 alone proves nothing, as
   * device state is full of zeros.
   */
  Answer lastEof(long at) {
    if (!window.has(at + 1)) {
      return window.lacking();
    }
    if (window.u8(at) != StreamFormat.EOF) {
      return Answer.NO;
    }
    long next = at + 1;
    if (!window.has(next + 1)) {
      return window.ended() ? Answer.YES : Answer.MORE;
    }
    if (window.u8(next) == StreamFormat.VM_DESCRIPTION) {
      return descriptionBegins(next, 1);
    }
    if (state.migrated && !state.inRegion()) {
      Answer size = messageIs(ColoMessageType.VMSTATE_SIZE, next);
      if (size != Answer.NO) {
        return size;
      }
    }
    return checkpointFollows(next);
  }

  /** Whether the EOF byte here has a VM description behind it. */
  Answer eofBeforeDescription(long at) {
    if (!window.has(at + 2)) {
      return window.lacking();
    }
    boolean plausible =
        window.u8(at) == StreamFormat.EOF && window.u8(at + 1) == StreamFormat.VM_DESCRIPTION;
    return plausible ? descriptionBegins(at + 1, DESCRIPTION_SAMPLE) : Answer.NO;
  }

  private Answer descriptionBegins(long at, int sample) {
    long text = at + 1 + Integer.BYTES;
    if (!window.has(text + sample)) {
      return window.lacking();
    }
    boolean plausible =
        window.u32(at + 1) <= Limits.MAX_DESCRIPTION_BYTES
            && window.u8(text) == '{'
            && window.printable(text, sample);
    return plausible ? Answer.YES : Answer.NO;
  }

  /**
   * Whether a new checkpoint begins here: REQUEST, VMSTATE_SEND, and the first element of its
   * sections, or the size of a blob that is a stream with a header. Fewer of these would be too
   * common in device state: a flattened device tree, as the state of pseries machines holds it, is
   * full of the words 1, 3 and 4.
   */
  Answer checkpointBegins(long at) {
    Answer messages = requestAndSend(at);
    if (messages != Answer.YES) {
      return messages;
    }
    long next = at + 2L * ColoWord.BYTES;
    if (!window.has(next + 1)) {
      return window.lacking();
    }
    return switch (window.u8(next)) {
      case StreamFormat.SECTION_END, StreamFormat.SECTION_PART -> knownSection(next);
      case StreamFormat.COMMAND -> command(next);
      default -> streamBlobBegins(next);
    };
  }

  /** Whether VMSTATE_SIZE begins here, with a blob that holds the RAM too (QEMU 2.8 to 3.0). */
  private Answer streamBlobBegins(long at) {
    Answer size = messageIs(ColoMessageType.VMSTATE_SIZE, at);
    if (size != Answer.YES) {
      return size;
    }
    long blob = at + ColoWord.BYTES + Long.BYTES;
    if (!window.has(blob + Integer.BYTES)) {
      return window.lacking();
    }
    return window.u32(blob) == StreamFormat.MAGIC ? Answer.YES : Answer.NO;
  }

  /** As {@link #checkpointBegins}, where the EOF byte speaks for it too, and the bytes may end. */
  private Answer checkpointFollows(long at) {
    if (window.ended() && window.end() <= at + 2L * ColoWord.BYTES) {
      return window.end() == at + ColoWord.BYTES
          ? messageIs(ColoMessageType.CHECKPOINT_REQUEST, at)
          : requestAndSend(at);
    }
    return state.footers == StreamState.Footers.OFF ? checkpointBegins(at) : requestAndSend(at);
  }

  private Answer requestAndSend(long at) {
    Answer request = messageIs(ColoMessageType.CHECKPOINT_REQUEST, at);
    return request == Answer.YES
        ? messageIs(ColoMessageType.VMSTATE_SEND, at + ColoWord.BYTES)
        : request;
  }

  /** Whether VMSTATE_SIZE with a blob of sections behind it begins here. */
  Answer blobBegins(long at) {
    Answer size = messageIs(ColoMessageType.VMSTATE_SIZE, at);
    if (size != Answer.YES) {
      return size;
    }
    long blob = at + ColoWord.BYTES + Long.BYTES;
    if (!window.has(blob + 1)) {
      return window.lacking();
    }
    long length = window.u64(blob - Long.BYTES);
    boolean plausible =
        length > 0
            && length <= Limits.MAX_REGION_BYTES
            && window.u8(blob) == StreamFormat.SECTION_FULL;
    return plausible ? sectionHead(blob) : Answer.NO;
  }

  private Answer messageIs(ColoMessageType type, long at) {
    for (int i = 0; i < ColoWord.BYTES; i++) {
      if (!window.has(at + i + 1)) {
        return window.lacking();
      }
      int expected = i == ColoWord.BYTES - 1 ? ColoWord.number(type) : 0;
      if (window.u8(at + i) != expected) {
        return Answer.NO;
      }
    }
    return Answer.YES;
  }

  /** Whether the head of a START or FULL section stands here: a name that is text between ids. */
  private Answer sectionHead(long at) {
    long nameAt = at + 1 + Integer.BYTES;
    if (!window.has(nameAt + 1)) {
      return window.lacking();
    }
    int length = window.u8(nameAt);
    if (length == 0 || window.u32(at + 1) > Limits.MAX_SECTION_ID) {
      return Answer.NO;
    }
    if (!window.has(nameAt + 1 + length)) {
      return window.lacking();
    }
    return window.printable(nameAt + 1, length) ? Answer.YES : Answer.NO;
  }

  private Answer knownSection(long at) {
    if (!window.has(at + 1 + Integer.BYTES)) {
      return window.lacking();
    }
    return state.sectionInParts(window.u32(at + 1)) == null ? Answer.NO : Answer.YES;
  }

  private Answer command(long at) {
    if (!window.has(at + 1 + 2 * Short.BYTES)) {
      return window.lacking();
    }
    int number = window.u16(at + 1);
    int length = window.u16(at + 1 + Short.BYTES);
    boolean plausible =
        MigrationCommand.known(number) && MigrationCommand.of(number).allows(length);
    return plausible ? Answer.YES : Answer.NO;
  }
}
