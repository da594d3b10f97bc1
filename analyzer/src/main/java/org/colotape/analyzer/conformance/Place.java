package org.colotape.analyzer.conformance;

import org.colotape.schema.event.Direction;

/**
 * Where an event stands: what is kept of one that a finding may be about later.
 *
 * @param channel number of the channel
 * @param direction which way its bytes went
 * @param streamOffset where in that channel, or -1
 * @param checkpoint the checkpoint
 * @param seq the event
 * @param path where in the stream's structure
 */
record Place(
    int channel, Direction direction, long streamOffset, int checkpoint, long seq, String path) {
  /** No event was seen. */
  static final Place NONE = new Place(0, Direction.NONE, -1, 0, -1, "recording");
}
