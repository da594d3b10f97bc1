package org.colotape.analyzer.chronicle;

import org.colotape.analyzer.chronicle.Step.Sort;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Section;
import org.jspecify.annotations.Nullable;

/**
 * What an event is about.
 *
 * @param sort what its step is
 * @param name how that is called
 * @param lasting true if all events about it that follow each other are one step
 */
record Subject(Sort sort, String name, boolean lasting) {
  private static final Subject RAM = new Subject(Sort.RAM, "RAM", true);

  /** The subject, or null if the event is no step. */
  static @Nullable Subject of(Event event) {
    return switch (event.getKind()) {
      case STREAM_HEADER, CONFIGURATION -> new Subject(Sort.HEADER, "stream header", true);
      case SECTION_START, SECTION_END, DEVICE_STATE -> ofSection(event.getSection());
      case RAM_BLOCK_LIST,
          PAGE,
          RAM_MARK,
          MULTIFD_START,
          MULTIFD_PACKET,
          MULTIFD_DATA,
          PAGE_BITMAP,
          PADDING ->
          RAM;
      case MIG_COMMAND -> new Subject(Sort.COMMAND, event.getCommand().getName(), false);
      case COLO_MESSAGE -> new Subject(Sort.MESSAGE, event.getMessage().getType().name(), false);
      case RETURN_MESSAGE -> new Subject(Sort.REPLY, event.getReply().getName(), true);
      case END_OF_SECTIONS -> new Subject(Sort.COMMAND, "end of sections", false);
      case VM_DESCRIPTION -> new Subject(Sort.DESCRIPTION, "VM description", true);
      case OPAQUE -> new Subject(Sort.UNPARSED, "unparsed", true);
      case CHANNEL_END -> new Subject(Sort.END, "end of channel " + event.getChannel(), false);
      case OBSERVATION ->
          new Subject(Sort.OBSERVATION, event.getObservation().getMemory() + " observed", true);
      case OBSERVATION_MISSED ->
          new Subject(Sort.OBSERVATION, event.getMissed().getMemory() + " not observed", false);
      case CHECKPOINT_SEALED ->
          new Subject(
              Sort.NOTE,
              event.getSeal().getComplete() ? "checkpoint whole" : "checkpoint not whole",
              false);
      case ALTERED -> new Subject(Sort.NOTE, "excerpt", false);
      case START_STATE, START_PAGES -> new Subject(Sort.NOTE, "state to begin with", true);
      case RECORDING_START, RECORDING_END, UNKNOWN -> null;
    };
  }

  private static Subject ofSection(Section section) {
    return section.getName().equals("ram") ? RAM : new Subject(Sort.DEVICES, "device state", true);
  }
}
