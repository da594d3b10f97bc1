package org.colotape.recorder.stream;

/** What a reader did with the bytes at its cursor. */
enum Step {
  /** Nothing: more bytes are needed. */
  MORE,
  /** It read something, and there is more of its kind to come. */
  AGAIN,
  /** It read the last of what it reads. */
  DONE
}
