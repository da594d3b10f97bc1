package org.colotape.recorder.simulation;

import java.lang.foreign.MemorySegment;
import org.colotape.recorder.simulation.guest.GuestPage;
import org.colotape.schema.event.Memory;

/** The memories of a pair, for those who want to see all of them. */
public interface PairMemories {
  /** A page of one of the memories, for reading. */
  MemorySegment read(Memory which, GuestPage page);
}
