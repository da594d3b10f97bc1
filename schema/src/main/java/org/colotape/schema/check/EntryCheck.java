package org.colotape.schema.check;

import java.util.function.Supplier;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.event.Recording;
import org.jspecify.annotations.Nullable;

/**
 * Whether an entry of the catalogue, or the head of a tape, says what a recording can be. Whatever
 * it was called is no reason to refuse it: names are cleaned where they are printed.
 */
public final class EntryCheck {
  private EntryCheck() {}

  /**
   * Lets a sound entry pass.
   *
   * @param where tells where the entry comes from, for the error message
   * @return the entry
   * @throws ColotapeException if it says what cannot be
   */
  public static Recording check(Recording entry, Supplier<String> where) {
    String fault = fault(entry);
    if (fault != null) {
      throw new ColotapeException(
          "what leads the recording is not sound: " + fault,
          where.get(),
          "restore it from a copy, or record again");
    }
    return entry;
  }

  private static @Nullable String fault(Recording entry) {
    if (entry.getId() == null || entry.getName() == null || entry.getState() == null) {
      return "it lacks its identity, its name or its state";
    }
    if (entry.getPagePartitions() < 1 || entry.getPagePartitions() > Limits.MAX_PARTITIONS) {
      return entry.getPagePartitions()
          + " page partitions, where a recording has 1 to "
          + Limits.MAX_PARTITIONS;
    }
    boolean holds =
        entry.getEvents() >= 0
            && entry.getPages() >= 0
            && entry.getWireBytes() >= 0
            && entry.getLastCheckpoint() >= -1
            && entry.getNote() != null;
    return holds ? null : "a number of its totals is negative";
  }
}
