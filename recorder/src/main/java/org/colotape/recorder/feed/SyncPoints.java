package org.colotape.recorder.feed;

import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.wire.RamFlags;

/**
 * Tells where the main channel waits for the multifd channels. Senders since QEMU 8.1 say so with a
 * word of its own; older ones, and newer ones with an older machine type, mean the end of every
 * section of RAM (QEMU migration/ram.c, ram_load_precopy and multifd_flush_after_each_section).
 * Those that send the word send it already in the first section.
 */
final class SyncPoints {
  private boolean byWord;

  /** Whether the main channel waits at this event of it; asked once for each, in their order. */
  boolean isOne(Event event) {
    if (event.getKind() != Kind.RAM_MARK) {
      return false;
    }
    int flags = event.getMark().getFlags();
    if ((flags & RamFlags.MULTIFD_FLUSH) != 0) {
      byWord = true;
    }
    return byWord ? (flags & RamFlags.MULTIFD_FLUSH) != 0 : (flags & RamFlags.EOS) != 0;
  }
}
