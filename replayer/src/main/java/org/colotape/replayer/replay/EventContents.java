package org.colotape.replayer.replay;

import org.colotape.schema.event.Event;

/**
 * Whether an event has the field that its kind promises. A damaged recording may lack it, and Avro
 * would not notice.
 */
final class EventContents {
  private EventContents() {}

  /** True if the fields are there that a replay looks at. */
  static boolean isThere(Event event) {
    return switch (event.getKind()) {
      case PAGE -> event.getPage() != null && event.getWire() != null;
      case RECORDING_START -> event.getStart() != null;
      case RAM_BLOCK_LIST -> event.getBlocks() != null;
      case RAM_MARK -> event.getMark() != null;
      case MIG_COMMAND -> event.getCommand() != null;
      case COLO_MESSAGE -> event.getMessage() != null;
      case OPAQUE -> event.getOpaque() != null;
      case CHECKPOINT_SEALED -> event.getSeal() != null;
      case OBSERVATION -> event.getObservation() != null;
      case MULTIFD_START -> event.getMultifdStart() != null;
      case MULTIFD_PACKET -> event.getPacket() != null;
      case START_STATE -> event.getStartState() != null;
      case START_PAGES -> event.getStartPages() != null;
      case MULTIFD_DATA -> event.getPacketData() != null && event.getWire() != null;
      case UNKNOWN,
          STREAM_HEADER,
          CONFIGURATION,
          SECTION_START,
          SECTION_END,
          DEVICE_STATE,
          RETURN_MESSAGE,
          END_OF_SECTIONS,
          VM_DESCRIPTION,
          CHANNEL_END,
          PAGE_BITMAP,
          PADDING,
          ALTERED,
          OBSERVATION_MISSED,
          RECORDING_END ->
          true;
    };
  }
}
