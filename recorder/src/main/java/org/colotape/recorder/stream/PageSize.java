package org.colotape.recorder.stream;

import org.colotape.schema.wire.StreamFormat;

/**
 * Size of the pages of one migration. Only the main channel states it, so what the main channel's
 * parser learns is shared with those of the further channels. Not for several threads.
 */
public final class PageSize {
  private int bytes = StreamFormat.DEFAULT_PAGE_SIZE;

  /** A migration whose page size was not stated yet: that of x86. */
  public PageSize() {}

  /** The size in bytes, a power of two. */
  int bytes() {
    return bytes;
  }

  void set(int stated) {
    bytes = stated;
  }
}
