package org.colotape.schema.check;

import java.util.List;
import org.colotape.schema.event.CheckpointSeal;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.MigrationEnd;
import org.colotape.schema.event.MultifdPacket;
import org.colotape.schema.event.Padding;
import org.colotape.schema.event.RamBlock;
import org.colotape.schema.event.RamBlockList;
import org.colotape.schema.event.Section;
import org.colotape.schema.event.StartState;
import org.colotape.schema.event.VmDescription;
import org.jspecify.annotations.Nullable;

/** What the field of an event's kind says, and that it fits the event's wire bytes. */
final class ContentsCheck {
  private static final long UNSIGNED_INT = 0xffff_ffffL;

  private ContentsCheck() {}

  /** What is wrong, or null. */
  static @Nullable String fault(Event event) {
    return switch (event.getKind()) {
      case PAGE -> PageCheck.fault(event.getPage(), event.getWire().remaining());
      case OBSERVATION -> RunCheck.fault(event.getObservation());
      case START_PAGES -> RunCheck.fault(event.getStartPages());
      case SECTION_START, SECTION_END -> section(event.getSection());
      case DEVICE_STATE -> {
        String section = section(event.getSection());
        yield section == null ? piece(event, event.getSection().getPosition()) : section;
      }
      case RAM_BLOCK_LIST -> list(event.getBlocks());
      case START_STATE -> state(event.getStartState());
      case MULTIFD_PACKET -> packet(event.getPacket());
      case MULTIFD_DATA -> piece(event, event.getPacketData().getPosition());
      case PAGE_BITMAP -> piece(event, event.getBitmap().getPosition());
      case VM_DESCRIPTION -> description(event.getDescription());
      case PADDING -> padding(event, event.getPadding());
      case CHECKPOINT_SEALED -> seal(event.getSeal());
      case CHANNEL_END ->
          event.getChannelEnd().getLength() < 0 || event.getWire().hasRemaining()
              ? "a channel of " + event.getChannelEnd().getLength() + " bytes, or bytes at its end"
              : null;
      case MIG_COMMAND ->
          event.getCommand().getCommand() < 0 || event.getCommand().getLength() < 0
              ? "a command or its length is negative"
              : null;
      case RETURN_MESSAGE ->
          event.getReply().getType() < 0 || event.getReply().getLength() < 0
              ? "a type or a length is negative"
              : null;
      case COLO_MESSAGE ->
          event.getMessage().getSize() < 0 ? "a size of " + event.getMessage().getSize() : null;
      case MULTIFD_START -> {
        long version = event.getMultifdStart().getVersion();
        int id = event.getMultifdStart().getChannelId();
        yield isUnsignedInt(version) && id >= 0 && id < Limits.MAX_MULTIFD_CHANNELS
            ? null
            : "version " + version + ", multifd channel " + id;
      }
      case RECORDING_END -> {
        MigrationEnd migration = event.getEnd().getMigration();
        yield migration == null || migration.getBytes() >= -1
            ? null
            : "a migration that ended behind " + migration.getBytes() + " bytes";
      }
      case UNKNOWN,
          RECORDING_START,
          STREAM_HEADER,
          CONFIGURATION,
          RAM_MARK,
          END_OF_SECTIONS,
          OPAQUE,
          ALTERED,
          OBSERVATION_MISSED ->
          null;
    };
  }

  private static @Nullable String section(Section section) {
    boolean holds =
        isUnsignedInt(section.getId())
            && isUnsignedInt(section.getInstance())
            && isUnsignedInt(section.getVersion())
            && section.getPosition() >= 0;
    return holds ? null : "a number of its section is out of range";
  }

  private static @Nullable String piece(Event event, long position) {
    int bytes = event.getWire().remaining();
    return bytes <= Limits.PIECE_BYTES && position >= 0 && position <= Long.MAX_VALUE - bytes
        ? null
        : "a piece of " + bytes + " bytes at position " + position;
  }

  private static @Nullable String list(RamBlockList list) {
    if (list.getTotalLength() < 0) {
      return "a list of " + list.getTotalLength() + " bytes";
    }
    return PageCheck.isSize(list.getPageSize())
        ? blocks(list.getBlocks())
        : PageCheck.size(list.getPageSize());
  }

  private static @Nullable String blocks(List<RamBlock> blocks) {
    if (blocks.size() > Limits.MAX_BLOCKS) {
      return blocks.size() + " RAM blocks, more than " + Limits.MAX_BLOCKS;
    }
    for (RamBlock block : blocks) {
      if (block.getUsedLength() < 0 || block.getPageSize() < 0) {
        return "a block of " + block.getUsedLength() + " bytes";
      }
    }
    return null;
  }

  private static @Nullable String state(StartState state) {
    if (state.getCheckpoint() < 0 || state.getCheckpoint() == Integer.MAX_VALUE) {
      return "a state behind checkpoint " + state.getCheckpoint();
    }
    boolean sized = PageCheck.isSize(state.getPageSize());
    // an excerpt without blocks has no page size
    boolean without = state.getPageSize() == 0 && state.getBlocks().isEmpty();
    return sized || without ? blocks(state.getBlocks()) : PageCheck.size(state.getPageSize());
  }

  private static @Nullable String packet(MultifdPacket packet) {
    boolean holds =
        isUnsignedInt(packet.getVersion())
            && isUnsignedInt(packet.getFlags())
            && packet.getPagesAllocated() >= 0
            && packet.getNormalPages() >= 0
            && packet.getZeroPages() >= 0
            && packet.getDataLength() >= 0;
    return holds ? null : "a number of its packet is out of range";
  }

  private static @Nullable String description(VmDescription description) {
    boolean holds =
        description.getLength() >= 0
            && description.getPosition() >= 0
            && description.getConfirmed() >= 0;
    return holds ? null : "a number of its description is negative";
  }

  private static @Nullable String padding(Event event, Padding padding) {
    long length = padding.getLength();
    int bytes = event.getWire().remaining();
    boolean holds =
        length >= 0
            && length <= Limits.MAX_HOLE_BYTES
            && length <= Long.MAX_VALUE - event.getStreamOffset()
            && (bytes == 0 || bytes == length);
    return holds ? null : bytes + " wire bytes for padding of " + length;
  }

  private static @Nullable String seal(CheckpointSeal seal) {
    return seal.getEvents() >= 0 && seal.getPages() >= 0 && seal.getWireBytes() >= 0
        ? null
        : "a number of its seal is negative";
  }

  private static boolean isUnsignedInt(long value) {
    return value >= 0 && value <= UNSIGNED_INT;
  }
}
