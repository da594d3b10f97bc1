package org.colotape.recorder.stream;

import org.colotape.schema.wire.RamFlags;

/**
 * Looks for records of a preempt channel behind damage: two in a row, of which the first names its
 * block, or one and the end of the pages.
 */
final class PreemptRecords implements Landmarks {
  private static final int WORD = Long.BYTES;
  private static final boolean[] FIRST_BYTE = new boolean[1 << Byte.SIZE];

  static {
    // no block reaches beyond 2^44
    FIRST_BYTE[0] = true;
  }

  private final Window window;
  private final StreamState state;

  PreemptRecords(Window window, StreamState state) {
    this.window = window;
    this.state = state;
  }

  @Override
  public long candidate(long at) {
    long candidate = window.find(FIRST_BYTE, at);
    while (window.has(candidate + WORD) && !isNamed(window.u64(candidate))) {
      candidate = window.find(FIRST_BYTE, candidate + 1);
    }
    return candidate;
  }

  @Override
  public Answer isTrusted(long at) {
    if (!window.has(at + WORD)) {
      return window.lacking();
    }
    long word = window.u64(at);
    if (!isNamed(word)) {
      return Answer.NO;
    }
    try {
      PageRecord record = PageRecord.at(window, at, flags(word), state);
      if (record == null || !window.has(record.end() + WORD)) {
        return window.lacking();
      }
      long next = window.u64(record.end());
      boolean plausible =
          next == RamFlags.EOS || (state.mayHold(next) && PageRecord.isPage(flags(next)));
      return plausible ? Answer.YES : Answer.NO;
    } catch (Unparseable e) {
      return Answer.NO;
    }
  }

  private boolean isNamed(long word) {
    int flags = flags(word);
    return state.mayHold(word) && PageRecord.isPage(flags) && (flags & RamFlags.CONTINUE) == 0;
  }

  private int flags(long word) {
    return (int) word & (state.pageSize - 1);
  }
}
