package org.colotape.recorder.stream;

/** Places from which parsing can go on behind bytes that could not be parsed. */
interface Landmarks {
  /** The first place from {@code at} on that may be trusted, as far as its first bytes tell. */
  long candidate(long at);

  /** Whether parsing can go on here; MORE if too few bytes are there to tell. */
  Answer isTrusted(long at);
}
