package org.colotape.recorder.stream;

import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.Opaque;

/** Passes over bytes that could not be parsed, as opaque events, up to the next landmark. */
final class OpaqueReader {
  private final Window window;
  private final EventEmitter emitter;
  private final Landmarks landmarks;
  private String reason = "";
  private String path = "";
  private long scanned;

  OpaqueReader(Window window, EventEmitter emitter, Landmarks landmarks) {
    this.window = window;
    this.emitter = emitter;
    this.landmarks = landmarks;
  }

  /** Begins at the cursor, whose byte at least is opaque: that is why parsing always gets on. */
  void begin(String why, String where) {
    reason = why;
    path = where;
    scanned = emitter.cursor() + 1;
  }

  /** Emits what is opaque for certain; done when the cursor is at a landmark. */
  Step step() {
    Answer answer = Answer.NO;
    while (answer == Answer.NO && scanned <= window.end()) {
      scanned = landmarks.candidate(scanned);
      answer = landmarks.isTrusted(scanned);
      if (answer == Answer.NO) {
        scanned++;
      }
    }
    scanned = Math.min(scanned, window.end());
    while (scanned - emitter.cursor() >= Limits.PIECE_BYTES) {
      piece(emitter.cursor() + Limits.PIECE_BYTES);
    }
    if (answer != Answer.YES) {
      return Step.MORE;
    }
    if (scanned > emitter.cursor()) {
      piece(scanned);
    }
    return Step.DONE;
  }

  /** Emits all that is held. */
  void flush() {
    scanned = window.end();
    while (emitter.cursor() < scanned) {
      piece(Math.min(scanned, emitter.cursor() + Limits.PIECE_BYTES));
    }
  }

  private void piece(long end) {
    Event event = emitter.begin(Kind.OPAQUE, end);
    event.setOpaque(new Opaque(reason, path, false));
    emitter.emit(event);
  }
}
