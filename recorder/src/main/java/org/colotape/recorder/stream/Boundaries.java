package org.colotape.recorder.stream;

import org.colotape.schema.event.ColoMessageType;

/**
 * Recognises places where one part of the stream ends and the next begins. Device sections carry no
 * length, so their ends are found by what follows; the same knowledge finds the place to go on
 * behind damage.
 */
final class Boundaries {
  private final Window window;
  private final StreamState state;

  Boundaries(Window window, StreamState state) {
    this.window = window;
    this.state = state;
  }

  /** Whether a footer of this section stands here, and what follows it can follow a section. */
  Answer footerOf(long sectionId, long at) {
    if (!window.has(at + Wire.FOOTER_BYTES)) {
      return window.ended() ? Answer.NO : Answer.MORE;
    }
    if (window.u8(at) != Wire.SECTION_FOOTER || window.u32(at + 1) != sectionId) {
      return Answer.NO;
    }
    return elementBegins(at + Wire.FOOTER_BYTES);
  }

  /** Whether an element that can follow a section begins here. */
  private Answer elementBegins(long at) {
    if (at == state.regionEnd) {
      return Answer.YES;
    }
    if (at > state.regionEnd) {
      return Answer.NO;
    }
    if (!window.has(at + 1)) {
      return window.ended() ? Answer.YES : Answer.MORE;
    }
    return switch (window.u8(at)) {
      case Wire.EOF -> lastEof(at);
      case Wire.SECTION_START, Wire.SECTION_FULL -> sectionHead(at);
      case Wire.SECTION_PART, Wire.SECTION_END -> knownSection(at);
      case Wire.COMMAND -> command(at);
      default -> Answer.NO;
    };
  }

  /**
   * Whether the byte here is the EOF that ends a run of sections: 0x00 alone proves nothing, as
   * device state is full of zeros.
   */
  Answer lastEof(long at) {
    if (!window.has(at + 1)) {
      return window.ended() ? Answer.NO : Answer.MORE;
    }
    if (window.u8(at) != Wire.EOF) {
      return Answer.NO;
    }
    long next = at + 1;
    if (state.inRegion()) {
      return next == state.regionEnd ? Answer.YES : Answer.NO;
    }
    if (!window.has(next + 1)) {
      return window.ended() ? Answer.YES : Answer.MORE;
    }
    if (window.u8(next) == Wire.VM_DESCRIPTION) {
      return descriptionBegins(next);
    }
    if (!state.coloEnabled) {
      return Answer.NO;
    }
    ColoMessageType expected =
        state.migrated ? ColoMessageType.VMSTATE_SIZE : ColoMessageType.CHECKPOINT_REQUEST;
    return switch (messageIs(expected, next)) {
      case YES -> state.migrated ? Answer.YES : requestFollowed(next + ColoMessages.WORD);
      case NO -> Answer.NO;
      case MORE -> Answer.MORE;
    };
  }

  /** Whether the VM description begins here. */
  private Answer descriptionBegins(long at) {
    long text = at + 1 + Integer.BYTES;
    if (!window.has(text + 1)) {
      return window.ended() ? Answer.NO : Answer.MORE;
    }
    boolean plausible = window.u32(at + 1) <= Wire.MAX_DESCRIPTION_BYTES && window.u8(text) == '{';
    return plausible ? Answer.YES : Answer.NO;
  }

  /**
   * Whether what follows a REQUEST is VMSTATE_SEND: alone, a REQUEST's four bytes are too common in
   * device state.
   */
  private Answer requestFollowed(long at) {
    if (window.ended() && window.end() == at) {
      return Answer.YES;
    }
    return messageIs(ColoMessageType.VMSTATE_SEND, at);
  }

  /**
   * Whether a new checkpoint begins here: REQUEST, VMSTATE_SEND, and the first element of its
   * sections or its size.
   */
  Answer checkpointBegins(long at) {
    Answer request = messageIs(ColoMessageType.CHECKPOINT_REQUEST, at);
    if (request != Answer.YES) {
      return request;
    }
    Answer send = messageIs(ColoMessageType.VMSTATE_SEND, at + ColoMessages.WORD);
    if (send != Answer.YES) {
      return send;
    }
    long next = at + 2L * ColoMessages.WORD;
    if (!window.has(next + 1)) {
      return window.ended() ? Answer.NO : Answer.MORE;
    }
    return switch (window.u8(next)) {
      case Wire.SECTION_END, Wire.SECTION_PART -> knownSection(next);
      case Wire.COMMAND -> command(next);
      default -> messageIs(ColoMessageType.VMSTATE_SIZE, next);
    };
  }

  /** Whether VMSTATE_SIZE with a blob of sections behind it begins here. */
  Answer blobBegins(long at) {
    Answer size = messageIs(ColoMessageType.VMSTATE_SIZE, at);
    if (size != Answer.YES) {
      return size;
    }
    long blob = at + ColoMessages.WORD + Long.BYTES;
    if (!window.has(blob + 1)) {
      return window.ended() ? Answer.NO : Answer.MORE;
    }
    long length = window.u64(blob - Long.BYTES);
    boolean plausible =
        length > 0 && length <= Wire.MAX_REGION_BYTES && window.u8(blob) == Wire.SECTION_FULL;
    return plausible ? sectionHead(blob) : Answer.NO;
  }

  private Answer messageIs(ColoMessageType type, long at) {
    for (int i = 0; i < ColoMessages.WORD; i++) {
      if (!window.has(at + i + 1)) {
        return window.ended() ? Answer.NO : Answer.MORE;
      }
      int expected = i == ColoMessages.WORD - 1 ? ColoMessages.number(type) : 0;
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
      return window.ended() ? Answer.NO : Answer.MORE;
    }
    int length = window.u8(nameAt);
    if (length == 0) {
      return Answer.NO;
    }
    if (!window.has(nameAt + 1 + length)) {
      return window.ended() ? Answer.NO : Answer.MORE;
    }
    return window.printable(nameAt + 1, length) ? Answer.YES : Answer.NO;
  }

  private Answer knownSection(long at) {
    if (!window.has(at + 1 + Integer.BYTES)) {
      return window.ended() ? Answer.NO : Answer.MORE;
    }
    return state.sections.containsKey(window.u32(at + 1)) ? Answer.YES : Answer.NO;
  }

  private Answer command(long at) {
    if (!window.has(at + 1 + 2 * Short.BYTES)) {
      return window.ended() ? Answer.NO : Answer.MORE;
    }
    int number = window.u16(at + 1);
    int length = window.u16(at + 1 + Short.BYTES);
    boolean plausible = MigCommands.known(number) && MigCommands.of(number).allows(length);
    return plausible ? Answer.YES : Answer.NO;
  }
}
