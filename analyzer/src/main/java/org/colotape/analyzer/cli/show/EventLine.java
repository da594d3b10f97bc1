package org.colotape.analyzer.cli.show;

import static java.util.stream.Collectors.joining;

import java.util.Locale;
import org.colotape.analyzer.cli.frame.Amounts;
import org.colotape.schema.digest.PageDigest;
import org.colotape.schema.event.ChannelEnd;
import org.colotape.schema.event.CheckpointSeal;
import org.colotape.schema.event.Configuration;
import org.colotape.schema.event.Direction;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Memory;
import org.colotape.schema.event.MigCommand;
import org.colotape.schema.event.MigrationEnd;
import org.colotape.schema.event.MissedObservation;
import org.colotape.schema.event.MultifdPacket;
import org.colotape.schema.event.MultifdStart;
import org.colotape.schema.event.Observation;
import org.colotape.schema.event.Page;
import org.colotape.schema.event.RamBlock;
import org.colotape.schema.event.RamBlockList;
import org.colotape.schema.event.RecordingEnd;
import org.colotape.schema.event.RecordingStart;
import org.colotape.schema.event.ReturnMessage;
import org.colotape.schema.event.Section;
import org.colotape.schema.event.StartPages;
import org.colotape.schema.event.StartState;
import org.colotape.schema.event.VmDescription;
import org.colotape.schema.log.StreamBytes;

/**
 * An event as a line: seq, checkpoint, channel with {@code >} (PVM to SVM) or {@code <}, stream
 * offset, kind, and what it says.
 */
final class EventLine {
  /** What heads the columns. */
  static final String HEAD = line("SEQ", "CKPT", "CH", "OFFSET", "KIND", "");

  private EventLine() {}

  /** The line for one event. */
  static String of(Event event) {
    return withText(event, text(event));
  }

  /** The line for one event, with another text in place of what it says. */
  static String withText(Event event, String text) {
    boolean onWire = event.getDirection() != Direction.NONE;
    return line(
        Long.toString(event.getSeq()),
        Integer.toString(event.getCheckpoint()),
        onWire ? event.getChannel() + mark(event.getDirection()) : "-",
        onWire ? Long.toString(event.getStreamOffset()) : "-",
        event.getKind().name(),
        text);
  }

  private static String line(
      String seq, String checkpoint, String channel, String offset, String kind, String text) {
    return "%9s %4s %4s %12s  %-17s %s"
        .formatted(seq, checkpoint, channel, offset, kind, text)
        .stripTrailing();
  }

  private static String mark(Direction direction) {
    return switch (direction) {
      case PVM_TO_SVM -> ">";
      case SVM_TO_PVM -> "<";
      case NONE -> "";
    };
  }

  private static String text(Event event) {
    return switch (event.getKind()) {
      case PAGE -> page(event);
      case SECTION_START, SECTION_END, DEVICE_STATE -> section(event, event.getSection());
      case CONFIGURATION -> configuration(event.getConfiguration());
      case RAM_BLOCK_LIST -> blocks(event.getBlocks());
      case RAM_MARK -> "flags 0x%x".formatted(event.getMark().getFlags());
      case MIG_COMMAND -> command(event.getCommand()) + said(Payload.ofCommand(event));
      case COLO_MESSAGE ->
          event.getMessage().getType()
              + (event.getMessage().getSize() == 0 ? "" : " " + event.getMessage().getSize());
      case RETURN_MESSAGE -> reply(event.getReply()) + said(Payload.ofReply(event));
      case VM_DESCRIPTION -> description(event, event.getDescription());
      case OPAQUE ->
          "%d bytes in %s: %s"
              .formatted(
                  event.getWire().remaining(),
                  event.getOpaque().getPath(),
                  event.getOpaque().getReason());
      case CHANNEL_END -> end(event.getChannelEnd());
      case OBSERVATION -> observation(event.getObservation());
      case CHECKPOINT_SEALED -> seal(event.getSeal());
      case RECORDING_START -> start(event.getStart());
      case RECORDING_END -> end(event.getEnd());
      case MULTIFD_START -> multifdStart(event.getMultifdStart());
      case MULTIFD_PACKET -> packet(event.getPacket());
      case MULTIFD_DATA ->
          "%d bytes from %d of packet event %d"
              .formatted(
                  event.getWire().remaining(),
                  event.getPacketData().getPosition(),
                  event.getPacketData().getPacket());
      case PAGE_BITMAP ->
          "%s, %d bytes from %d"
              .formatted(
                  event.getBitmap().getBlock(),
                  event.getWire().remaining(),
                  event.getBitmap().getPosition());
      case PADDING ->
          event.getPadding().getLength() + (StreamBytes.hole(event) > 0 ? " zeros" : " bytes");
      case ALTERED -> String.join("; ", event.getAlteration().getSteps());
      case START_STATE -> startState(event.getStartState());
      case START_PAGES -> startPages(event.getStartPages());
      case OBSERVATION_MISSED -> missed(event.getMissed());
      case STREAM_HEADER, END_OF_SECTIONS, UNKNOWN -> "";
    };
  }

  private static String startState(StartState state) {
    String blocks =
        state.getBlocks().stream()
            .map(block -> "%s 0x%x".formatted(block.getName(), block.getUsedLength()))
            .collect(joining(", "));
    return "behind checkpoint %d, rules %s%s: %s"
        .formatted(
            state.getCheckpoint(), state.getRules(), state.getColo() ? ", in COLO" : "", blocks);
  }

  private static String startPages(StartPages pages) {
    return "%s 0x%x %d pages of %s"
        .formatted(
            pages.getBlock(),
            pages.getOffset(),
            pages.getContents().remaining() / pages.getPageSize(),
            pages.getMemories().stream().map(Memory::name).collect(joining(", ")));
  }

  private static String missed(MissedObservation missed) {
    String block = missed.getBlock().isEmpty() ? "" : " " + missed.getBlock();
    return missed.getMemory() + block + ": " + missed.getReason();
  }

  private static String page(Event event) {
    Page page = event.getPage();
    String run = page.getPages() == 1 ? "" : " " + page.getPages() + " pages";
    String inferred = page.getBlockInferred() ? " (block inferred)" : "";
    return "%s 0x%x %s%s%s"
        .formatted(page.getBlock(), page.getOffset(), page.getEncoding(), run, inferred);
  }

  private static String section(Event event, Section section) {
    String name = section.getName().isEmpty() ? "" : " " + section.getName();
    String head = section.getType() + " " + Long.toUnsignedString(section.getId()) + name;
    return switch (event.getKind()) {
      case DEVICE_STATE ->
          "%s, %d bytes from %d"
              .formatted(head, event.getWire().remaining(), section.getPosition());
      case SECTION_START ->
          section.getName().isEmpty()
              ? head
              : "%s, instance %d, version %d"
                  .formatted(head, section.getInstance(), section.getVersion());
      default -> head;
    };
  }

  private static String configuration(Configuration configuration) {
    String capabilities =
        configuration.getCapabilities().isEmpty()
            ? ""
            : ", capabilities " + String.join(" ", configuration.getCapabilities());
    return configuration.getMachine() + capabilities;
  }

  private static String blocks(RamBlockList list) {
    StringBuilder text = new StringBuilder("page size " + list.getPageSize());
    list.getBlocks().forEach(block -> text.append(", ").append(block(block)));
    return text.toString();
  }

  private static String block(RamBlock block) {
    StringBuilder text = new StringBuilder(block.getName() + hex(" ", block.getUsedLength()));
    if (block.getPageSize() > 0) {
      text.append(hex(" in pages of ", block.getPageSize()));
    }
    if (block.getAddress() >= 0) {
      text.append(hex(" at ", block.getAddress()));
    }
    if (block.getPagesOffset() >= 0) {
      text.append(hex(" bitmap at ", block.getBitmapOffset()));
      text.append(hex(" pages at ", block.getPagesOffset()));
    }
    return text.toString();
  }

  private static String hex(String before, long number) {
    return before + "0x" + Long.toHexString(number);
  }

  private static String command(MigCommand command) {
    return command.getName() + " (" + command.getCommand() + "), " + command.getLength() + " bytes";
  }

  private static String said(String payload) {
    return payload.isEmpty() ? "" : ": " + payload;
  }

  private static String reply(ReturnMessage reply) {
    return reply.getName() + " (" + reply.getType() + "), " + reply.getLength() + " bytes";
  }

  private static String description(Event event, VmDescription description) {
    String found =
        description.getContradictions().isEmpty()
            ? ""
            : ", contradicts " + String.join("; ", description.getContradictions());
    return "%d of %d bytes%s"
        .formatted(event.getWire().remaining(), description.getLength(), found);
  }

  private static String end(ChannelEnd end) {
    String where = end.getAtBoundary() ? "" : ", in the middle of an element";
    return end.getLength() + " bytes" + where + ": " + end.getReason();
  }

  private static String observation(Observation seen) {
    int pages = seen.getDigests().remaining() / PageDigest.BYTES;
    return "%s %s 0x%x %d pages, %d differ from the stream"
        .formatted(
            seen.getMemory(), seen.getBlock(), seen.getOffset(), pages, seen.getDiffering().size());
  }

  private static String seal(CheckpointSeal seal) {
    return "%s: %d events, %d pages, %s"
        .formatted(
            seal.getComplete() ? "whole" : "not whole",
            seal.getEvents(),
            seal.getPages(),
            Amounts.bytes(seal.getWireBytes()));
  }

  private static String start(RecordingStart start) {
    String capabilities =
        start.getCapabilities().isEmpty()
            ? ""
            : "; capabilities " + String.join(" ", start.getCapabilities());
    return "%s, by Colotape %s; %s%s"
        .formatted(
            start.getName(),
            start.getRecorder(),
            String.join("; ", start.getSources()),
            capabilities);
  }

  private static String multifdStart(MultifdStart start) {
    return "channel id %d, version %d, VM %s"
        .formatted(start.getChannelId(), start.getVersion(), start.getUuid());
  }

  private static String packet(MultifdPacket packet) {
    if (!packet.getDevice().isEmpty()) {
      return "state of %s, %d bytes of data".formatted(packet.getDevice(), packet.getDataLength());
    }
    return "%d%s %s, %s, %d normal and %d zero pages, %d bytes of data"
        .formatted(
            packet.getNumber(),
            packet.getSync() ? " SYNC" : "",
            packet.getBlock().isEmpty() ? "no block" : packet.getBlock(),
            packet.getMethod(),
            packet.getNormalPages(),
            packet.getZeroPages(),
            packet.getDataLength());
  }

  private static String end(RecordingEnd end) {
    MigrationEnd migration = end.getMigration();
    return (end.getComplete() ? "all read: " : "not all read: ")
        + end.getReason()
        + (migration == null
            ? ""
            : "; migration %s: %s"
                .formatted(
                    migration.getOutcome().name().toLowerCase(Locale.ROOT), migration.getReason()));
  }
}
