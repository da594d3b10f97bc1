package org.colotape.recorder.feed;

import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;

/** Follows a migration through postcopy, in which a lost connection can be replaced. */
final class PostcopyProgress {
  // migration/savevm.c, enum qemu_vm_cmd
  private static final int POSTCOPY_RUN = 5;

  private boolean running;

  /** Sees each event of all channels, PVM to SVM, in their order. */
  void see(Event event) {
    if (event.getKind() == Kind.MIG_COMMAND) {
      running |= event.getCommand().getCommand() == POSTCOPY_RUN;
    } else if (event.getKind() == Kind.END_OF_SECTIONS) {
      running = false;
    }
  }

  /** True if the secondary runs, and pages are still to come. */
  boolean isRunning() {
    return running;
  }
}
