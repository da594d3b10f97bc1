package org.colotape.recorder.stream;

/** Answer to a question about bytes of which not all may be there yet. */
enum Answer {
  YES,
  NO,
  /** The bytes so far allow a yes; more are needed to tell. */
  MORE
}
