package org.colotape.recorder.simulation;

import java.nio.ByteBuffer;
import java.util.function.BiConsumer;
import org.colotape.schema.event.Direction;
import org.colotape.schema.event.Observation;

/**
 * Takes what a pair sends, and nothing else.
 *
 * @param bytes takes the name of a channel and direction, and bytes
 */
record Tap(BiConsumer<String, byte[]> bytes) implements PairOutput {
  static String lane(int channel, Direction direction) {
    return channel + " " + direction;
  }

  @Override
  public void sent(int channel, Direction direction, ByteBuffer sent) {
    byte[] copy = new byte[sent.remaining()];
    sent.get(copy);
    bytes.accept(lane(channel, direction), copy);
  }

  @Override
  public void observed(Observation observation) {}

  @Override
  public void passed(long nanoseconds) {}

  @Override
  public void ended(boolean complete, String reason) {}
}
