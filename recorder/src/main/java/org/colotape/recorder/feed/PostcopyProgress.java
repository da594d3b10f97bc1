package org.colotape.recorder.feed;

import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.wire.MigrationCommand;

/** Follows a migration through postcopy, in which a lost connection can be replaced. */
final class PostcopyProgress {
  private boolean running;

  /** Sees each event of all channels, PVM to SVM, in their order. */
  void see(Event event) {
    if (event.getKind() == Kind.END_OF_SECTIONS) {
      running = false;
    } else if (MigrationCommand.POSTCOPY_RUN.is(event)) {
      running = true;
    }
  }

  /** True if the secondary runs, and pages are still to come. */
  boolean isRunning() {
    return running;
  }
}
