package org.colotape.replayer.timeline;

import org.colotape.replayer.replay.CheckpointReached;
import org.jspecify.annotations.Nullable;

/**
 * Where a timeline stands: behind an event.
 *
 * @param seq the event's place in the recording; -1 before the first
 * @param checkpoint the checkpoint that the event belongs to; 0 before the first event
 * @param reached the checkpoint that ends here, or null within one
 */
public record Position(long seq, int checkpoint, @Nullable CheckpointReached reached) {
  static final Position START = new Position(-1, 0, null);
}
