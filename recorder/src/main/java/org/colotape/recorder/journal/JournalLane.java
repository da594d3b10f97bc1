package org.colotape.recorder.journal;

import org.colotape.schema.event.Direction;

/**
 * One direction of a channel.
 *
 * @param channel number of the channel; 0 is the main one
 * @param direction which way the bytes go
 */
public record JournalLane(int channel, Direction direction) implements Comparable<JournalLane> {
  @Override
  public int compareTo(JournalLane other) {
    int order = Integer.compare(channel, other.channel);
    return order == 0 ? direction.compareTo(other.direction) : order;
  }
}
