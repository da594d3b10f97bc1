package org.colotape.analyzer.cli.record;

import org.colotape.analyzer.cli.frame.Directions;
import org.colotape.schema.event.ChannelEnd;
import org.colotape.schema.event.Direction;
import org.colotape.schema.event.Event;
import org.colotape.schema.protocol.Round;
import org.jspecify.annotations.Nullable;

/** Remembers what was wrong with the channels. */
final class MainWatch {
  private final Round round = new Round();
  private long unparsedBytes;
  private @Nullable String firstUnparsed;
  private @Nullable String cut;

  /** Takes the next event of the recording. */
  void see(Event event) {
    switch (event.getKind()) {
      case CHANNEL_END -> ended(event, event.getChannelEnd());
      case OPAQUE -> {
        round.see(event);
        unparsed(event);
      }
      default -> round.see(event);
    }
  }

  /** Number of bytes that could not be parsed. */
  long unparsedBytes() {
    return unparsedBytes;
  }

  /** The first place that could not be parsed, and why; null if all was parsed. */
  @Nullable String firstUnparsed() {
    return firstUnparsed;
  }

  /** Where a channel stops although more must come; null if it does not. */
  @Nullable String cut() {
    return cut;
  }

  private void unparsed(Event event) {
    unparsedBytes += event.getWire().remaining();
    if (firstUnparsed == null) {
      firstUnparsed =
          "%s, offset %d, in %s: %s"
              .formatted(
                  place(event),
                  event.getStreamOffset(),
                  event.getOpaque().getPath(),
                  event.getOpaque().getReason());
    }
  }

  private void ended(Event event, ChannelEnd end) {
    boolean cutBetween = isMainStream(event) && !round.mayEnd();
    if (cut == null && (cutBetween || !end.getAtBoundary())) {
      cut = place(event) + ", offset " + end.getLength();
    }
  }

  private static boolean isMainStream(Event event) {
    return event.getChannel() == 0 && event.getDirection() == Direction.PVM_TO_SVM;
  }

  private static String place(Event event) {
    String channel = event.getChannel() == 0 ? "" : "channel " + event.getChannel() + ", ";
    return channel + Directions.name(event.getDirection());
  }
}
