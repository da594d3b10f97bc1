package org.colotape.schema.log;

/** What a writer does when its log is away for longer than a moment. */
public enum Patience {
  /** The recording fails after half a minute: what it is made of can be read again. */
  BOUNDED,
  /**
   * The writer waits for as long as it takes, unless its thread is interrupted or the log is known
   * to be gone for good: what it writes is kept elsewhere until it is acknowledged.
   */
  ENDLESS
}
