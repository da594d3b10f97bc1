package org.colotape.recorder.session;

import java.util.HashSet;
import java.util.Set;
import org.colotape.schema.event.Direction;
import org.colotape.schema.event.Event;
import org.colotape.schema.wire.MigrationCommand;

/**
 * Follows what could not be parsed. It is damage, with one exception: what a lost connection has
 * cut in postcopy is sent again when the migration resumes on another one (QEMU migration/ram.c,
 * ram_dirty_bitmap_reload).
 */
final class Damage {
  private final Set<Integer> cut = new HashSet<>();
  private boolean postcopy;
  private boolean damaged;

  /** Sees the next event. */
  void see(Event event) {
    boolean fromPrimary = event.getDirection() == Direction.PVM_TO_SVM;
    switch (event.getKind()) {
      case OPAQUE -> {
        boolean mayBeCut = postcopy && fromPrimary && cut.add(event.getChannel());
        damaged |= !mayBeCut;
      }
      case CHANNEL_END -> {
        // the cut was the last of the channel, as it should
      }
      default -> damaged |= fromPrimary && cut.contains(event.getChannel());
    }
    postcopy |= MigrationCommand.POSTCOPY_RUN.is(event);
    if (MigrationCommand.POSTCOPY_RESUME.is(event)) {
      cut.clear();
    }
  }

  /** True if there is some, as far as it was seen. */
  boolean isThere() {
    return damaged || !cut.isEmpty();
  }

  /** Begins anew. */
  void forget() {
    damaged = false;
    cut.clear();
  }
}
