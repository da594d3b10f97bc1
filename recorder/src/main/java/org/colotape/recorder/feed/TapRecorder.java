package org.colotape.recorder.feed;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.colotape.recorder.journal.JournalRecord;
import org.colotape.recorder.journal.Lane;
import org.colotape.recorder.stream.ByteParser;
import org.colotape.recorder.stream.ReturnPathParser;
import org.colotape.recorder.stream.UnparsedChannel;
import org.colotape.schema.event.Direction;
import org.colotape.schema.event.Event;

/**
 * The parsers of a tap's lanes, each made when its lane carries something. What the primary sends
 * on several channels comes into the sender's order; what must wait for other channels is kept, so
 * that the events depend on nothing but the bytes and the order in which they came.
 */
final class TapRecorder {
  private static final String NOT_MAIN = "further channels are kept, not parsed, in this direction";

  /**
   * Bytes that may wait for those of other channels. A receiver would wait for the same ones, so
   * what does not come before so many others is not what it seems.
   */
  private static final long PATIENCE = 64L << 20;

  private final Consumer<Event> events;
  private final ChannelOrder order;
  private final Map<Lane, ByteParser> parsers = new HashMap<>();

  /** What waits for its turn, by channel, PVM to SVM; an empty buffer is the end of the lane. */
  private final Map<Integer, ArrayDeque<ByteBuffer>> waiting = new TreeMap<>();

  private final Map<Integer, String> ends = new HashMap<>();
  private long waitingBytes;

  /**
   * @param capabilities migration capabilities of the sender that the stream may not state
   * @param events takes the events of all lanes
   */
  TapRecorder(Collection<String> capabilities, Consumer<Event> events) {
    this.events = events;
    this.order = new ChannelOrder(events, capabilities, ChannelOrder.Pace.AS_RECEIVED);
  }

  /** Parses the bytes or the end of a lane, in their turn. */
  void record(JournalRecord record) {
    if (record.type() == JournalRecord.Type.BYTES) {
      feed(record.lane(), record.payload().duplicate());
    } else {
      end(record.lane(), record.text());
    }
  }

  /** Parses bytes of a lane, in their turn. */
  void feed(Lane lane, ByteBuffer bytes) {
    ByteParser parser = of(lane);
    if (lane.direction() == Direction.SVM_TO_PVM) {
      parser.feed(bytes);
      return;
    }
    if (!bytes.hasRemaining()) {
      return; // events without bytes of their own bring nothing up
    }
    waitingBytes += bytes.remaining();
    ArrayDeque<ByteBuffer> queue = queue(lane);
    queue.add(bytes);
    takeTurns();
    if (bytes.hasRemaining()) {
      // the journal's reader uses its buffer again
      queue.removeLast();
      queue.add(ByteBuffer.allocate(bytes.remaining()).put(bytes).flip());
    }
  }

  /** Ends a lane behind what waits of it. */
  void end(Lane lane, String reason) {
    of(lane);
    if (lane.direction() == Direction.SVM_TO_PVM) {
      finish(lane, reason);
      return;
    }
    ends.put(lane.channel(), reason);
    queue(lane).add(ByteBuffer.allocate(0));
    takeTurns();
  }

  /** Ends the lanes that have not ended, in a fixed order; nothing waits any more. */
  void endAll(String reason) {
    order.giveUp();
    takeTurns();
    new TreeSet<>(parsers.keySet()).forEach(lane -> finish(lane, reason));
  }

  private void finish(Lane lane, String reason) {
    of(lane).end(reason);
    parsers.remove(lane);
  }

  private ArrayDeque<ByteBuffer> queue(Lane lane) {
    return waiting.computeIfAbsent(lane.channel(), _ -> new ArrayDeque<>());
  }

  /** Parses what may be parsed now, until nothing more may. */
  private void takeTurns() {
    if (waitingBytes > PATIENCE) {
      order.giveUp();
    }
    boolean moved = true;
    while (moved) {
      moved = false;
      for (Map.Entry<Integer, ArrayDeque<ByteBuffer>> channel : waiting.entrySet()) {
        moved |= takeTurn(channel.getKey(), channel.getValue());
      }
    }
  }

  private boolean takeTurn(int channel, ArrayDeque<ByteBuffer> queue) {
    ByteBuffer next = queue.peek();
    if (next == null) {
      return false;
    }
    Lane lane = new Lane(channel, Direction.PVM_TO_SVM);
    if (!next.hasRemaining()) {
      queue.remove();
      finish(lane, String.valueOf(ends.get(channel)));
      return true;
    }
    int most = Math.min(order.appetite(channel), next.remaining());
    if (most == 0) {
      return false;
    }
    of(lane).feed(next.slice(next.position(), most));
    next.position(next.position() + most);
    waitingBytes -= most;
    if (!next.hasRemaining()) {
      queue.remove();
    }
    return true;
  }

  private ByteParser of(Lane lane) {
    return parsers.computeIfAbsent(lane, made -> parser(made.channel(), made.direction()));
  }

  /** A parser for one direction of a channel. */
  private ByteParser parser(int channel, Direction direction) {
    if (direction == Direction.PVM_TO_SVM) {
      return channel > 0 ? order.add(channel) : order.main();
    }
    return channel > 0
        ? new UnparsedChannel(channel, direction, NOT_MAIN, events)
        : new ReturnPathParser(channel, events);
  }
}
