package org.colotape.recorder.feed;

import java.util.HashSet;
import java.util.Set;
import org.colotape.recorder.feed.Peer.Kinship;
import org.jspecify.annotations.Nullable;

/** Which further channels of a migration have been let in. Used by one thread. */
final class Siblings {
  /** More than a primary opens: 255 multifd channels, and one for postcopy. */
  static final int MOST = 260;

  private final Set<Integer> multifdIds = new HashSet<>();
  private int number;
  private boolean silent;

  /** Why another one that has said what it is can't be let in; null if it is. */
  @Nullable String admit(Arrival arrival, Peer primary) {
    if (primary.kinship(arrival.peer()) == Kinship.STRANGERS) {
      return "it is not the primary that migrates";
    }
    if (number == MOST) {
      return "the migration has " + MOST + " further connections";
    }
    if (arrival.opening() == Opening.MULTIFD && !multifdIds.add(arrival.multifdId())) {
      return "multifd channel " + arrival.multifdId() + " is there already";
    }
    number++;
    return null;
  }

  /**
   * Whether one that says nothing is let in: the primary opens its channel for postcopy-preempt
   * long before it sends on it (QEMU migration/postcopy-ram.c, postcopy_preempt_setup). One that
   * could be another program's is taken for it only once.
   */
  boolean admitSilent(Arrival arrival, Peer primary) {
    Kinship kinship = primary.kinship(arrival.peer());
    if (number == MOST
        || kinship == Kinship.STRANGERS
        || (kinship == Kinship.MAY_BE_SAME && silent)) {
      return false;
    }
    silent = true;
    number++;
    return true;
  }
}
