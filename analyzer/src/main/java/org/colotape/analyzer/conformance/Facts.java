package org.colotape.analyzer.conformance;

import java.util.HashMap;
import java.util.Map;
import org.colotape.schema.event.Direction;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.RamBlock;
import org.colotape.schema.event.Section;
import org.colotape.schema.event.SectionType;
import org.colotape.schema.log.StreamBytes;
import org.colotape.schema.wire.MigrationCommand;
import org.colotape.schema.wire.RamFlags;
import org.colotape.schema.wire.StreamFormat;
import org.jspecify.annotations.Nullable;

/**
 * What the main stream has said so far, for all checks: where we are in its structure, and the
 * values that later bytes are read by. It is as it was before the event that the checks look at.
 */
final class Facts {
  /** RAM blocks that are remembered; the parser lists no more. */
  static final int MOST_BLOCKS = 1 << 14;

  private static final int SIZE_MESSAGE = Integer.BYTES + Long.BYTES;

  private final Map<String, RamBlock> blocks = new HashMap<>();

  /** Page size of the stream. */
  int pageSize = StreamFormat.DEFAULT_PAGE_SIZE;

  /** True from the command OPEN_RETURN_PATH on. */
  boolean returnPathOpened;

  /** True from the command ENABLE_COLO on. */
  boolean coloEnabled;

  /** True from the end of the initial migration's sections on. */
  boolean migrated;

  /** True between a VMSTATE_SEND and the end of the sections that follow it. */
  boolean inCheckpointSections;

  /** The section whose head came last and whose end did not. */
  @Nullable Section section;

  /** True if the RAM section has said that it is over. */
  boolean ramEnded;

  /** True if a page has named its block, so that others may say "the same". */
  boolean blockNamed;

  /** True if a section went without a footer. */
  boolean footersOff;

  /** True if bytes of the main stream could not be parsed. */
  boolean damaged;

  /** Stream offset behind the vmstate blob that we are in, or -1. */
  long blobEnd = -1;

  /** Stream offset behind the package that we are in, or -1. */
  long packageEnd = -1;

  /** What the main stream's last event was; UNKNOWN before the first one. */
  Kind last = Kind.UNKNOWN;

  /** True for the main channel's events from PVM to SVM. */
  static boolean isMain(Event event) {
    return event.getChannel() == 0 && event.getDirection() == Direction.PVM_TO_SVM;
  }

  /** The block of that name, or null if no list has it. */
  @Nullable RamBlock block(String name) {
    return blocks.get(name);
  }

  /** True if a block list was read. */
  boolean hasBlocks() {
    return !blocks.isEmpty();
  }

  /** All blocks by name. */
  Map<String, RamBlock> blocks() {
    return blocks;
  }

  /**
   * Says that an event comes: regions that end before it are over, and a block list tells the page
   * size.
   */
  void before(Event event) {
    if (isMain(event)) {
      if (event.getKind() == Kind.RAM_BLOCK_LIST) {
        pageSize = event.getBlocks().getPageSize();
      }
      if (blobEnd >= 0 && event.getStreamOffset() >= blobEnd) {
        blobEnd = -1;
      }
      if (packageEnd >= 0 && event.getStreamOffset() >= packageEnd) {
        packageEnd = -1;
      }
    }
  }

  /** Says that the checks have seen an event. */
  void after(Event event) {
    if (event.getKind() == Kind.START_STATE) {
      coloEnabled |= event.getStartState().getColo();
      migrated = true;
    }
    if (!isMain(event)) {
      return;
    }
    switch (event.getKind()) {
      case CONFIGURATION -> {
        int bits = event.getConfiguration().getTargetPageBits();
        pageSize = bits < 0 ? pageSize : 1 << Math.min(bits, Integer.SIZE - 2);
      }
      case SECTION_START -> begin(event.getSection());
      case SECTION_END -> section = null;
      case RAM_BLOCK_LIST -> event.getBlocks().getBlocks().forEach(this::introduce);
      case RAM_MARK -> ramEnded |= event.getMark().getFlags() == RamFlags.EOS;
      case PAGE -> blockNamed |= !event.getPage().getBlock().isEmpty();
      case MIG_COMMAND -> command(event);
      case COLO_MESSAGE -> {
        section = null;
        inCheckpointSections = false;
        switch (event.getMessage().getType()) {
          case VMSTATE_SEND -> inCheckpointSections = true;
          case VMSTATE_SIZE ->
              blobEnd = event.getStreamOffset() + SIZE_MESSAGE + event.getMessage().getSize();
          default -> {}
        }
      }
      case END_OF_SECTIONS -> {
        footersOff |= section != null;
        section = null;
        inCheckpointSections = false;
        migrated |= packageEnd < 0;
      }
      case OPAQUE -> {
        section = null;
        damaged = true;
      }
      default -> {}
    }
    last = event.getKind();
  }

  private void begin(Section head) {
    footersOff |= section != null;
    section = head;
    ramEnded = false;
  }

  private void introduce(RamBlock block) {
    if (blocks.size() < MOST_BLOCKS) {
      blocks.put(block.getName(), block);
    }
  }

  private void command(Event event) {
    footersOff |= section != null;
    section = null;
    returnPathOpened |= MigrationCommand.OPEN_RETURN_PATH.is(event);
    coloEnabled |= MigrationCommand.ENABLE_COLO.is(event);
    if (MigrationCommand.PACKAGED.is(event) && Bytes.length(event) >= 1 + 2 * Integer.BYTES) {
      packageEnd =
          event.getStreamOffset() + StreamBytes.length(event) + Bytes.u32(event, 1 + Integer.BYTES);
    }
  }

  /** True if the open section holds RAM that goes on. */
  boolean inRam() {
    Section open = section;
    return open != null && open.getName().equals(StreamFormat.RAM) && !ramEnded;
  }

  /** Where an event stands in the structure of its stream. */
  String path(Event event) {
    if (event.getKind() == Kind.OPAQUE) {
      return event.getOpaque().getPath();
    }
    return switch (event.getDirection()) {
      case NONE -> "recording";
      case SVM_TO_PVM -> "return path";
      case PVM_TO_SVM ->
          event.getChannel() == 0 ? mainPath(event) : "channel " + event.getChannel();
    };
  }

  private String mainPath(Event event) {
    boolean ownSection =
        event.getKind() == Kind.SECTION_START
            || event.getKind() == Kind.SECTION_END
            || event.getKind() == Kind.DEVICE_STATE;
    Section current = ownSection ? event.getSection() : section;
    String inner = current == null ? between(event) : name(current);
    return blobEnd >= 0 ? "vmstate blob, " + inner : packageEnd >= 0 ? "package, " + inner : inner;
  }

  private static String between(Event event) {
    return switch (event.getKind()) {
      case STREAM_HEADER -> "header";
      case CONFIGURATION -> "configuration";
      case VM_DESCRIPTION -> "VM description";
      case COLO_MESSAGE -> "COLO messages";
      case CHANNEL_END -> "end of channel";
      default -> "between sections";
    };
  }

  /** Id and name of a section, as the parser's paths have them. */
  static String name(Section section) {
    return section.getName().equals(StreamFormat.RAM)
        ? "ram section " + section.getId()
        : "section " + section.getId() + " (" + section.getName() + ")";
  }

  /** True if this section can go on in parts. */
  static boolean isIterative(Section section) {
    return section.getType() != SectionType.FULL;
  }
}
