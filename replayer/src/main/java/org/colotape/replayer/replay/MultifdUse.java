package org.colotape.replayer.replay;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.BitSet;
import org.colotape.replayer.memory.SavedState;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Page;
import org.colotape.schema.event.PageEncoding;
import org.colotape.schema.wire.RamFlags;
import org.jspecify.annotations.Nullable;

/**
 * Whether the recording lacks channels that the sender used: pages on them are then unknown. Each
 * channel states its id, counted from 0. Where none was recorded, the main channel may still tell:
 * with multifd it carries no page with contents.
 */
final class MultifdUse {
  private static final String CAPABILITY = "multifd";

  private final BitSet ids = new BitSet();

  /** The user or the main channel says that multifd was used. */
  private boolean stated;

  private boolean contents;

  /** Takes notice of an event of the initial migration. */
  void see(Event event) {
    switch (event.getKind()) {
      case RECORDING_START -> stated |= event.getStart().getCapabilities().contains(CAPABILITY);
      // versions 8.1.0 and 8.1.1 of QEMU flush without multifd, too
      case RAM_MARK -> stated |= (event.getMark().getFlags() & RamFlags.MULTIFD_FLUSH) != 0;
      case MULTIFD_START -> ids.set(event.getMultifdStart().getChannelId());
      case PAGE -> contents |= event.getChannel() == 0 && hasContents(event.getPage());
      default -> {}
    }
  }

  /** What the recording lacks, at the end of the initial migration; null if nothing is known. */
  @Nullable String lacking() {
    if (ids.isEmpty()) {
      return stated && !contents
          ? "the pages came on multifd channels, which the recording lacks"
          : null;
    }
    int missing = ids.nextClearBit(0);
    return missing < ids.length()
        ? "pages came on a multifd channel that the recording lacks: the one with id " + missing
        : null;
  }

  void save(DataOutput out) throws IOException {
    SavedState.write(out, ids);
    out.writeBoolean(stated);
    out.writeBoolean(contents);
  }

  void load(DataInput in) throws IOException {
    ids.or(SavedState.read(in));
    stated = in.readBoolean();
    contents = in.readBoolean();
  }

  private static boolean hasContents(Page page) {
    return page.getEncoding() != PageEncoding.ZERO;
  }
}
