package org.colotape.analyzer.conformance;

import org.colotape.schema.event.Event;
import org.jspecify.annotations.Nullable;

/** Whether an event has what its kind promises; a damaged recording may lack it. */
final class Contents {
  private Contents() {}

  /** True if the fields are there that checks look at. */
  static boolean areThere(Event event) {
    return event.getWire() != null && field(event) != null;
  }

  private static @Nullable Object field(Event event) {
    return switch (event.getKind()) {
      case RECORDING_START -> event.getStart();
      case CONFIGURATION -> event.getConfiguration();
      case SECTION_START, SECTION_END, DEVICE_STATE -> event.getSection();
      case RAM_BLOCK_LIST -> event.getBlocks();
      case PAGE -> event.getPage();
      case RAM_MARK -> event.getMark();
      case MIG_COMMAND -> event.getCommand();
      case COLO_MESSAGE -> event.getMessage();
      case RETURN_MESSAGE -> event.getReply();
      case VM_DESCRIPTION -> event.getDescription();
      case OPAQUE -> event.getOpaque();
      case CHANNEL_END -> event.getChannelEnd();
      case OBSERVATION -> event.getObservation();
      case CHECKPOINT_SEALED -> event.getSeal();
      case RECORDING_END -> event.getEnd();
      case MULTIFD_START -> event.getMultifdStart();
      case MULTIFD_PACKET -> event.getPacket();
      case MULTIFD_DATA -> event.getPacketData();
      case PAGE_BITMAP -> event.getBitmap();
      case PADDING -> event.getPadding();
      case ALTERED -> event.getAlteration();
      case START_STATE -> event.getStartState();
      case START_PAGES -> event.getStartPages();
      case OBSERVATION_MISSED -> event.getMissed();
      case UNKNOWN, STREAM_HEADER, END_OF_SECTIONS -> event.getWire();
    };
  }
}
