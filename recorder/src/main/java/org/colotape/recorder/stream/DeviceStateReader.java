package org.colotape.recorder.stream;

import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.SectionType;
import org.colotape.schema.wire.StreamFormat;

/**
 * Reads the state of a device section, whose length the stream does not tell: up to its footer, or,
 * where the machine sends no footers, up to the end of all device state. The VM description
 * confirms the length later.
 */
final class DeviceStateReader {
  private final Window window;
  private final EventEmitter emitter;
  private final StreamState state;
  private final Boundaries boundaries;
  private final TrustPoints trustPoints;

  private SectionHead head = SectionHead.NONE;
  private long begin;
  private long scanned;

  DeviceStateReader(
      Window window,
      EventEmitter emitter,
      StreamState state,
      Boundaries boundaries,
      TrustPoints trustPoints) {
    this.window = window;
    this.emitter = emitter;
    this.state = state;
    this.boundaries = boundaries;
    this.trustPoints = trustPoints;
  }

  /** Begins with the section whose head was just read. */
  void begin(SectionHead section) {
    head = section;
    begin = emitter.cursor();
    scanned = begin;
  }

  /**
   * Emits what belongs to the state for certain; done when its end is found.
   *
   * @throws Unparseable if something that stands behind the state comes before its end
   */
  Step step() throws Unparseable {
    boolean footers = state.footers != StreamState.Footers.OFF;
    Answer end = footers ? findFooter() : findEof();
    while (scanned - emitter.cursor() >= Limits.PIECE_BYTES) {
      piece(emitter.cursor() + Limits.PIECE_BYTES);
    }
    switch (end) {
      case MORE -> {
        return Step.MORE;
      }
      case NO -> throw new Unparseable("no end of " + head.path() + " before what is behind it");
      case YES -> {
        if (scanned > emitter.cursor()) {
          piece(scanned);
        }
        if (footers) {
          state.found(head, scanned - begin);
        }
      }
    }
    return Step.DONE;
  }

  /** Emits all that is held: the stream has ended in the middle of the state. */
  void flush() {
    while (emitter.cursor() < window.end()) {
      piece(Math.min(window.end(), emitter.cursor() + Limits.PIECE_BYTES));
    }
  }

  /**
   * Moves to the footer; no if something that can't be inside of the state comes first. A section
   * in parts stands between those of the RAM, so page records count there.
   */
  private Answer findFooter() {
    for (; ; scanned++) {
      scanned = trustPoints.candidate(scanned);
      if (!window.has(scanned + 1)) {
        return Answer.MORE;
      }
      Answer footer =
          window.u8(scanned) == StreamFormat.SECTION_FOOTER
              ? boundaries.footerOf(head.id(), scanned)
              : Answer.NO;
      if (footer != Answer.NO) {
        return footer;
      }
      Answer behind =
          head.type() == SectionType.FULL
              ? trustPoints.isBehindState(scanned)
              : trustPoints.isTrusted(scanned);
      if (behind != Answer.NO) {
        return behind == Answer.YES ? Answer.NO : Answer.MORE;
      }
    }
  }

  /**
   * Moves to the EOF byte behind this section and all that follow it: without footers they can't be
   * told apart. No if something that can't be inside of their state comes first.
   */
  private Answer findEof() {
    if (state.inRegion()) {
      return findEofOfRegion();
    }
    for (; window.has(scanned + 1); scanned++) {
      Answer eof = boundaries.lastEof(scanned);
      if (eof != Answer.NO) {
        return eof;
      }
      Answer behind = trustPoints.isBehindState(scanned);
      if (behind != Answer.NO) {
        return behind == Answer.YES ? Answer.NO : Answer.MORE;
      }
    }
    return Answer.MORE;
  }

  /**
   * Moves to the last byte of the region, or the EOF before a description in it; no if a new
   * checkpoint begins before.
   */
  private Answer findEofOfRegion() {
    long last = window.fence() - 1;
    for (; scanned < last && window.has(scanned + 1); scanned++) {
      Answer eof = boundaries.eofBeforeDescription(scanned);
      if (eof != Answer.NO) {
        return eof;
      }
      Answer behind = boundaries.checkpointBegins(scanned);
      if (behind != Answer.NO) {
        return behind == Answer.YES ? Answer.NO : Answer.MORE;
      }
    }
    return window.has(last + 1) ? Answer.YES : Answer.MORE;
  }

  private void piece(long end) {
    long position = emitter.cursor() - begin;
    Event event = emitter.begin(Kind.DEVICE_STATE, end);
    event.setSection(head.toEvent(position));
    emitter.emit(event);
  }
}
