package org.colotape.recorder.stream;

import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;

/**
 * Reads the state of a device section, whose length the stream does not tell: up to its footer, or,
 * where the machine sends no footers, up to the end of all device state. The VM description
 * confirms the length later.
 */
final class DeviceStateReader {
  private static final byte FOOTER = (byte) Wire.SECTION_FOOTER;
  private static final byte EOF = (byte) Wire.EOF;

  private final Window window;
  private final EventEmitter emitter;
  private final StreamState state;
  private final Boundaries boundaries;

  private SectionHead head = SectionHead.NONE;
  private long begin;
  private long scanned;

  DeviceStateReader(Window window, EventEmitter emitter, StreamState state, Boundaries boundaries) {
    this.window = window;
    this.emitter = emitter;
    this.state = state;
    this.boundaries = boundaries;
  }

  /** Begins with the section whose head was just read. */
  void begin(SectionHead section) {
    head = section;
    begin = emitter.cursor();
    scanned = begin;
  }

  /** Emits what belongs to the state for certain; done when its end is found. */
  Step step() throws Unparseable {
    Answer end = state.footers == StreamState.Footers.OFF ? findEof() : findFooter();
    if (end == Answer.YES) {
      emitTo(scanned);
      if (!state.inBlob && state.footers != StreamState.Footers.OFF) {
        state.stateLengths.put(
            StreamState.sectionKey(head.name(), head.instance()), scanned - begin);
      }
      return Step.DONE;
    }
    if (end == Answer.NO) {
      throw new Unparseable(
          "no footer of " + head.path() + " before the end of the blob around it");
    }
    while (scanned - emitter.cursor() >= Wire.PIECE_BYTES) {
      piece(emitter.cursor() + Wire.PIECE_BYTES);
    }
    return Step.MORE;
  }

  /** Emits all that is held: the stream has ended in the middle of the state. */
  void flush() {
    emitTo(window.end());
  }

  /** Moves to the footer. */
  private Answer findFooter() {
    long limit = Math.min(window.end(), state.regionEnd);
    while (true) {
      scanned = window.find(FOOTER, scanned, limit);
      if (scanned == limit) {
        return limit == state.regionEnd ? Answer.NO : Answer.MORE;
      }
      Answer answer = boundaries.footerOf(head.id(), scanned);
      if (answer != Answer.NO) {
        return answer;
      }
      scanned++;
    }
  }

  /**
   * Moves to the EOF byte behind this section and all that follow it: without footers they can't be
   * told apart.
   */
  private Answer findEof() {
    if (state.inRegion()) {
      scanned = Math.min(window.end(), state.regionEnd - 1);
      return window.has(state.regionEnd) ? Answer.YES : Answer.MORE;
    }
    while (true) {
      scanned = window.find(EOF, scanned, window.end());
      if (scanned == window.end()) {
        return Answer.MORE;
      }
      Answer answer = boundaries.lastEof(scanned);
      if (answer != Answer.NO) {
        return answer;
      }
      scanned++;
    }
  }

  private void emitTo(long end) {
    while (emitter.cursor() < end) {
      piece(Math.min(end, emitter.cursor() + Wire.PIECE_BYTES));
    }
  }

  private void piece(long end) {
    long position = emitter.cursor() - begin;
    Event event = emitter.begin(Kind.DEVICE_STATE, end);
    event.setSection(head.toEvent(position));
    emitter.emit(event);
  }
}
