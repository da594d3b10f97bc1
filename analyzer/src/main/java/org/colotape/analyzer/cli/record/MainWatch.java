package org.colotape.analyzer.cli.record;

import org.colotape.analyzer.cli.frame.Directions;
import org.colotape.schema.event.ChannelEnd;
import org.colotape.schema.event.Direction;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.protocol.Round;
import org.colotape.schema.wire.MigrationCommand;
import org.jspecify.annotations.Nullable;

/** Remembers what was wrong with the channels. */
final class MainWatch {
  private final Round round = new Round();
  private long unparsedBytes;
  private long misunderstoodBytes;
  private boolean colo;
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
      default -> {
        colo |= event.getKind() == Kind.COLO_MESSAGE || MigrationCommand.ENABLE_COLO.is(event);
        round.see(event);
      }
    }
  }

  /**
   * What keeps a recording from being one of whole checkpoints; null if nothing does. A migration
   * that broke off behind one is what happened, and no fault of the recording.
   *
   * @param lastCheckpoint the last whole one, or -1
   */
  @Nullable String doubt(int lastCheckpoint) {
    if (misunderstoodBytes > 0) {
      return misunderstoodBytes + " bytes could not be parsed (first: " + firstUnparsed + ")";
    }
    if (lastCheckpoint < 0) {
      return "it holds no whole migration";
    }
    return colo && lastCheckpoint == 0 ? "it holds no whole checkpoint of COLO" : null;
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
    misunderstoodBytes += event.getOpaque().getCut() ? 0 : event.getWire().remaining();
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
