package org.colotape.recorder.simulation;

import java.nio.ByteBuffer;
import org.colotape.schema.event.Direction;
import org.colotape.schema.event.Observation;

/** Takes what a pair sends over its connections, and what is seen of it, in the order of time. */
public interface PairOutput {
  /**
   * Takes bytes of a connection.
   *
   * @param channel 0 is the main one, from 1 on those of multifd
   * @param direction which way they go
   */
  void sent(int channel, Direction direction, ByteBuffer bytes);

  /** Takes an observation of a memory at the present moment. */
  void observed(Observation observation);

  /**
   * A whole checkpoint is over, and was observed.
   *
   * @param memories the memories as they stand then; valid only during the call
   */
  default void sealed(int checkpoint, PairMemories memories) {}

  /** Time goes by. */
  void passed(long nanoseconds);

  /**
   * All connections are closed.
   *
   * @param complete true if that was meant
   * @param reason why, in one line
   */
  void ended(boolean complete, String reason);
}
