package org.colotape.recorder.feed;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.colotape.recorder.journal.JournalRecord;
import org.colotape.recorder.journal.Lane;
import org.colotape.recorder.stream.ByteParser;
import org.colotape.recorder.stream.ReturnPathParser;
import org.colotape.recorder.stream.StreamParser;
import org.colotape.recorder.stream.UnparsedChannel;
import org.colotape.schema.event.Direction;
import org.colotape.schema.event.Event;

/** The parsers of a tap's lanes, each made when its lane carries something. */
final class TapRecorder {
  private static final String NOT_MAIN = "further channels are kept, not parsed";

  private final Consumer<Event> events;
  private final Map<Lane, ByteParser> parsers = new HashMap<>();

  /**
   * @param events takes the events of all lanes
   */
  TapRecorder(Consumer<Event> events) {
    this.events = events;
  }

  /** Parses the bytes or the end of a lane. */
  void record(JournalRecord record) {
    if (record.type() == JournalRecord.Type.BYTES) {
      feed(record.lane(), record.payload().duplicate());
    } else {
      end(record.lane(), record.text());
    }
  }

  /** Parses bytes of a lane. */
  void feed(Lane lane, ByteBuffer bytes) {
    of(lane).feed(bytes);
  }

  /** Ends a lane. */
  void end(Lane lane, String reason) {
    of(lane).end(reason);
    parsers.remove(lane);
  }

  /** Ends the lanes that have not ended, in a fixed order. */
  void endAll(String reason) {
    new TreeSet<>(parsers.keySet()).forEach(lane -> end(lane, reason));
  }

  private ByteParser of(Lane lane) {
    return parsers.computeIfAbsent(lane, made -> parser(made.channel(), made.direction()));
  }

  /** A parser for one direction of a channel. */
  private ByteParser parser(int channel, Direction direction) {
    if (channel > 0) {
      return new UnparsedChannel(channel, direction, NOT_MAIN, events);
    }
    return direction == Direction.PVM_TO_SVM
        ? new StreamParser(channel, events)
        : new ReturnPathParser(channel, events);
  }
}
