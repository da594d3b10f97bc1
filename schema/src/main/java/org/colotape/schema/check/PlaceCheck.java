package org.colotape.schema.check;

import org.colotape.schema.event.Direction;
import org.colotape.schema.event.Event;
import org.jspecify.annotations.Nullable;

/** Where an event stands: in the recording, in its channel, and on which way its bytes went. */
final class PlaceCheck {
  private static final long NOT_ON_THE_WIRE = -1;

  private PlaceCheck() {}

  /** What is wrong, or null. */
  static @Nullable String fault(Event event) {
    if (event.getKind() == null || event.getRecording() == null || event.getDirection() == null) {
      return "it lacks its kind, its recording or its direction";
    }
    if (event.getWire() == null || event.getPageEnds() == null) {
      return "it lacks its wire bytes or its page ends";
    }
    if (event.getSeq() < 0) {
      return "a negative seq";
    }
    if (event.getChannel() < 0 || event.getChannel() >= Limits.MAX_CHANNELS) {
      return "channel %d, where a recording has at most %d"
          .formatted(event.getChannel(), Limits.MAX_CHANNELS);
    }
    // the number of the next checkpoint is one too
    if (event.getCheckpoint() < 0 || event.getCheckpoint() == Integer.MAX_VALUE) {
      return "checkpoint " + event.getCheckpoint();
    }
    return isDirection(event) ? offset(event) : "direction " + event.getDirection();
  }

  private static boolean isDirection(Event event) {
    Direction direction = event.getDirection();
    return switch (event.getKind()) {
      case UNKNOWN -> true;
      case RECORDING_START,
          OBSERVATION,
          OBSERVATION_MISSED,
          CHECKPOINT_SEALED,
          RECORDING_END,
          ALTERED,
          START_STATE,
          START_PAGES ->
          direction == Direction.NONE;
      case COLO_MESSAGE, OPAQUE, CHANNEL_END -> direction != Direction.NONE;
      case RETURN_MESSAGE -> direction == Direction.SVM_TO_PVM;
      case STREAM_HEADER,
          CONFIGURATION,
          SECTION_START,
          SECTION_END,
          DEVICE_STATE,
          RAM_BLOCK_LIST,
          PAGE,
          RAM_MARK,
          MIG_COMMAND,
          END_OF_SECTIONS,
          VM_DESCRIPTION,
          MULTIFD_START,
          MULTIFD_PACKET,
          MULTIFD_DATA,
          PAGE_BITMAP,
          PADDING ->
          direction == Direction.PVM_TO_SVM;
    };
  }

  private static @Nullable String offset(Event event) {
    long offset = event.getStreamOffset();
    int bytes = event.getWire().remaining();
    boolean holds =
        event.getDirection() == Direction.NONE
            ? offset == NOT_ON_THE_WIRE && bytes == 0
            : offset >= 0 && offset <= Long.MAX_VALUE - bytes;
    return holds
        ? null
        : event.getDirection() + " with " + bytes + " wire bytes at stream offset " + offset;
  }
}
