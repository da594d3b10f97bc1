package org.colotape.recorder.feed;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.colotape.recorder.journal.JournalLane;
import org.colotape.recorder.journal.JournalReader;
import org.colotape.recorder.journal.JournalRecord;
import org.colotape.recorder.stream.ByteParser;
import org.colotape.recorder.stream.ReturnPathParser;
import org.colotape.schema.event.Closing;
import org.colotape.schema.event.ColoMessageType;
import org.colotape.schema.event.Direction;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;

/**
 * The parsers of a tap's lanes. Lanes whose order matters take their bytes when it is their turn;
 * the rest of a record stays here until then, and further records of the lane in the journal.
 */
final class TapRecorder {
  private static final JournalLane MAIN = new JournalLane(0, Direction.PVM_TO_SVM);

  private final Consumer<Event> events;
  private final LongConsumer arrived;
  private final ChannelOrder order;
  private final Map<JournalLane, ByteParser> parsers = new HashMap<>();

  /** Lanes whose parsers have not ended. */
  private final Set<JournalLane> open = new TreeSet<>();

  /** What a lane could not take yet of a record. */
  private final Map<JournalLane, JournalRecord> waiting = new TreeMap<>();

  private boolean gaveUp;

  /**
   * @param events takes the events of all lanes
   * @param arrived is told when the bytes arrived that are parsed next
   * @param capabilities migration capabilities of the sender that the main channel may not state
   */
  TapRecorder(Consumer<Event> events, LongConsumer arrived, List<String> capabilities) {
    this.events = events;
    this.arrived = arrived;
    // the journal keeps what is not wanted yet, and so the order does not depend on arrival
    this.order = new ChannelOrder(events, capabilities, ChannelOrder.Pace.AS_NEEDED);
  }

  /** Parses what a lane carried, or its end. */
  void record(JournalRecord record) {
    switch (record.type()) {
      case BYTES -> waiting.put(record.lane(), record.copy());
      case END, CLOSED -> {
        arrived.accept(record.time());
        end(record.lane(), record.closing(), record.reason());
      }
      default -> of(record.lane());
    }
    proceed();
  }

  /** Keeps those lanes back that can take nothing now, and no others. */
  void hold(JournalReader reader) {
    for (JournalLane lane : parsers.keySet()) {
      if (!gaveUp && (waiting.containsKey(lane) || appetite(lane) == 0)) {
        reader.hold(lane);
      } else {
        reader.release(lane);
      }
    }
  }

  /** Says that nothing more will come that anything could wait for. */
  void giveUp() {
    gaveUp = true;
    order.giveUp();
    proceed();
  }

  /** True if nothing waits for anything any more. */
  boolean hasGivenUp() {
    return gaveUp;
  }

  /** Parses bytes of a lane, whosever turn it is. */
  void feed(JournalLane lane, ByteBuffer bytes) {
    of(lane).feed(bytes);
  }

  /** Ends the lanes that have not ended, in a fixed order. */
  void endAll(FeedEnd how) {
    List.copyOf(open).forEach(lane -> end(lane, how.closing(), how.reason()));
  }

  private void end(JournalLane lane, Closing closing, String reason) {
    ByteParser parser = of(lane);
    open.remove(lane);
    parser.end(closing, reason);
  }

  /** Feeds what waits, as far as it is its turn. */
  private void proceed() {
    boolean proceeds = true;
    while (proceeds) {
      proceeds = false;
      for (JournalRecord record : List.copyOf(waiting.values())) {
        ByteBuffer rest = record.payload();
        int most = Math.min(rest.remaining(), appetite(record.lane()));
        if (most > 0) {
          arrived.accept(record.time());
          of(record.lane()).feed(rest.slice(rest.position(), most));
          rest.position(rest.position() + most);
          proceeds = true;
        }
        if (!rest.hasRemaining()) {
          waiting.remove(record.lane());
        }
      }
    }
  }

  private int appetite(JournalLane lane) {
    of(lane);
    return lane.direction() == Direction.PVM_TO_SVM
        ? order.appetite(lane.channel())
        : Integer.MAX_VALUE;
  }

  private ByteParser of(JournalLane lane) {
    ByteParser parser = parsers.get(lane);
    if (parser == null) {
      parser = parser(lane.channel(), lane.direction());
      parsers.put(lane, parser);
      open.add(lane);
    }
    return parser;
  }

  private void answered(Event event) {
    boolean loaded =
        event.getKind() == Kind.COLO_MESSAGE
            && event.getMessage().getType() == ColoMessageType.CHECKPOINT_READY;
    if (loaded && !waiting.containsKey(MAIN)) {
      order.loaded();
    }
    events.accept(event);
  }

  /** A parser for one direction of a channel. */
  private ByteParser parser(int channel, Direction direction) {
    if (direction == Direction.SVM_TO_PVM) {
      // of further channels only those carry anything in this direction that resume the main one
      return new ReturnPathParser(channel, this::answered);
    }
    return channel > 0 ? order.add(channel) : order.main();
  }
}
