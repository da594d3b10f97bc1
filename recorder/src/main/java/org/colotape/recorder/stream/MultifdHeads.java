package org.colotape.recorder.stream;

import org.colotape.schema.wire.MultifdFormat;

/**
 * Looks for heads of multifd packets behind damage: magic and version, and fields that are all
 * within their bounds.
 */
final class MultifdHeads implements Landmarks {
  private static final boolean[] FIRST_BYTE = new boolean[1 << Byte.SIZE];

  static {
    FIRST_BYTE[(int) (MultifdFormat.MAGIC >>> 24)] = true;
  }

  private final Window window;
  private final PageSize pageSize;

  MultifdHeads(Window window, PageSize pageSize) {
    this.window = window;
    this.pageSize = pageSize;
  }

  @Override
  public long candidate(long at) {
    long candidate = window.find(FIRST_BYTE, at);
    while (window.has(candidate + Long.BYTES)
        && window.u64(candidate) != (MultifdFormat.MAGIC << Integer.SIZE | MultifdFormat.VERSION)) {
      candidate = window.find(FIRST_BYTE, candidate + 1);
    }
    return candidate;
  }

  @Override
  public Answer isTrusted(long at) {
    try {
      MultifdHead head = MultifdHead.at(window, at, pageSize.bytes());
      if (head == null) {
        return window.lacking();
      }
      return head.isDevice() || MultifdHead.isReservedZero(window, at) ? Answer.YES : Answer.NO;
    } catch (Unparseable e) {
      return Answer.NO;
    }
  }
}
