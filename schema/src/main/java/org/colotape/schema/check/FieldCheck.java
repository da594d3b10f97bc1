package org.colotape.schema.check;

import java.util.StringJoiner;
import org.apache.avro.Schema;
import org.colotape.schema.event.Event;
import org.jspecify.annotations.Nullable;

/** That an event has the field of its kind, and no other. */
final class FieldCheck {
  /** In place of the field of kinds that have none. */
  private static final Object NO_FIELD = new Object();

  private FieldCheck() {}

  /** What is wrong, or null. */
  static @Nullable String fault(Event event) {
    Object promised = promised(event);
    if (promised == null) {
      return "it lacks the field of its kind";
    }
    int expected = promised == NO_FIELD ? 0 : 1;
    return count(event) == expected ? null : "not of its kind alone are the fields " + names(event);
  }

  private static @Nullable Object promised(Event event) {
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
      case UNKNOWN, STREAM_HEADER, END_OF_SECTIONS -> NO_FIELD;
    };
  }

  /** Number of fields that the event has, of all that belong to some kind. */
  private static int count(Event event) {
    return one(event.getPage())
        + one(event.getSection())
        + one(event.getConfiguration())
        + one(event.getBlocks())
        + one(event.getMark())
        + one(event.getCommand())
        + one(event.getMessage())
        + one(event.getReply())
        + one(event.getDescription())
        + one(event.getOpaque())
        + one(event.getChannelEnd())
        + one(event.getObservation())
        + one(event.getSeal())
        + one(event.getStart())
        + one(event.getEnd())
        + one(event.getMultifdStart())
        + one(event.getPacket())
        + one(event.getPacketData())
        + one(event.getBitmap())
        + one(event.getPadding())
        + one(event.getAlteration())
        + one(event.getStartState())
        + one(event.getStartPages())
        + one(event.getMissed());
  }

  private static int one(@Nullable Object field) {
    return field == null ? 0 : 1;
  }

  private static String names(Event event) {
    StringJoiner names = new StringJoiner(", ");
    for (Schema.Field field : event.getSchema().getFields()) {
      if (field.schema().isNullable() && event.get(field.pos()) != null) {
        names.add(field.name());
      }
    }
    return names.toString();
  }
}
