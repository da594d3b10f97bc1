package org.colotape.recorder.stream;

import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.Opaque;

/** Passes over bytes that could not be parsed, as opaque events, up to the next trust point. */
final class OpaqueReader {
  private final Window window;
  private final EventEmitter emitter;
  private final TrustPoints trustPoints;
  private String reason = "";
  private String path = "";
  private long scanned;

  OpaqueReader(Window window, EventEmitter emitter, TrustPoints trustPoints) {
    this.window = window;
    this.emitter = emitter;
    this.trustPoints = trustPoints;
  }

  /** Begins at the cursor, whose byte at least is opaque: that is why parsing always gets on. */
  void begin(String why, String where) {
    reason = why;
    path = where;
    scanned = emitter.cursor() + 1;
  }

  /** Emits what is opaque for certain; done when the cursor is at a trust point. */
  Step step() {
    Answer answer = Answer.NO;
    while (answer == Answer.NO && scanned <= window.end()) {
      scanned = trustPoints.candidate(scanned);
      answer = trustPoints.isTrusted(scanned);
      if (answer == Answer.NO) {
        scanned++;
      }
    }
    scanned = Math.min(scanned, window.end());
    while (scanned - emitter.cursor() >= Wire.PIECE_BYTES) {
      piece(emitter.cursor() + Wire.PIECE_BYTES);
    }
    if (answer != Answer.YES) {
      return Step.MORE;
    }
    if (scanned > emitter.cursor()) {
      piece(scanned);
    }
    return Step.DONE;
  }

  /** The trust point, when {@link #step} is done. */
  TrustPoints found() {
    return trustPoints;
  }

  /** Emits all that is held. */
  void flush() {
    scanned = window.end();
    while (emitter.cursor() < scanned) {
      piece(Math.min(scanned, emitter.cursor() + Wire.PIECE_BYTES));
    }
  }

  private void piece(long end) {
    Event event = emitter.begin(Kind.OPAQUE, end);
    event.setOpaque(new Opaque(reason, path));
    emitter.emit(event);
  }
}
