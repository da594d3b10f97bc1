package org.colotape.analyzer.cli.record;

import org.colotape.analyzer.cli.frame.Directions;
import org.colotape.schema.event.ChannelEnd;
import org.colotape.schema.event.Direction;
import org.colotape.schema.event.Event;
import org.jspecify.annotations.Nullable;

/** Remembers what was wrong with the main channel. */
final class MainWatch {
  private final MainStream stream = new MainStream();
  private long unparsedBytes;
  private @Nullable String firstUnparsed;
  private @Nullable String cut;

  /** Takes the next event of the recording. */
  void see(Event event) {
    if (event.getChannel() == 0) {
      switch (event.getKind()) {
        case CHANNEL_END -> ended(event, event.getChannelEnd());
        case OPAQUE -> unparsed(event);
        default -> follow(event);
      }
    }
  }

  /** Number of bytes of the main channel that could not be parsed. */
  long unparsedBytes() {
    return unparsedBytes;
  }

  /** The first place that could not be parsed, and why; null if all was parsed. */
  @Nullable String firstUnparsed() {
    return firstUnparsed;
  }

  /** Where the main channel stops although more must come; null if it does not. */
  @Nullable String cut() {
    return cut;
  }

  private void unparsed(Event event) {
    unparsedBytes += event.getWire().remaining();
    if (firstUnparsed == null) {
      firstUnparsed =
          "%s, offset %d, in %s: %s"
              .formatted(
                  Directions.name(event.getDirection()),
                  event.getStreamOffset(),
                  event.getOpaque().getPath(),
                  event.getOpaque().getReason());
    }
  }

  private void follow(Event event) {
    if (event.getDirection() == Direction.PVM_TO_SVM) {
      stream.add(event);
    }
  }

  private void ended(Event event, ChannelEnd end) {
    boolean cutBetween = event.getDirection() == Direction.PVM_TO_SVM && !stream.mayEnd();
    if (cut == null && (cutBetween || !end.getAtBoundary())) {
      cut = Directions.name(event.getDirection()) + ", offset " + end.getLength();
    }
  }
}
