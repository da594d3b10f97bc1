package org.colotape.schema.check;

import java.nio.ByteBuffer;
import java.util.List;
import org.colotape.schema.event.Alteration;
import org.colotape.schema.event.ChannelEnd;
import org.colotape.schema.event.CheckpointSeal;
import org.colotape.schema.event.Closing;
import org.colotape.schema.event.ColoMessage;
import org.colotape.schema.event.ColoMessageType;
import org.colotape.schema.event.Configuration;
import org.colotape.schema.event.Digest;
import org.colotape.schema.event.Direction;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.Memory;
import org.colotape.schema.event.MigCommand;
import org.colotape.schema.event.MissedObservation;
import org.colotape.schema.event.MultifdData;
import org.colotape.schema.event.MultifdMethod;
import org.colotape.schema.event.MultifdPacket;
import org.colotape.schema.event.MultifdStart;
import org.colotape.schema.event.Observation;
import org.colotape.schema.event.ObservedPage;
import org.colotape.schema.event.Opaque;
import org.colotape.schema.event.Padding;
import org.colotape.schema.event.Page;
import org.colotape.schema.event.PageBitmap;
import org.colotape.schema.event.PageEncoding;
import org.colotape.schema.event.RamBlock;
import org.colotape.schema.event.RamBlockList;
import org.colotape.schema.event.RamMark;
import org.colotape.schema.event.RecordingEnd;
import org.colotape.schema.event.RecordingId;
import org.colotape.schema.event.RecordingStart;
import org.colotape.schema.event.ReturnMessage;
import org.colotape.schema.event.Section;
import org.colotape.schema.event.SectionType;
import org.colotape.schema.event.StartPages;
import org.colotape.schema.event.StartState;
import org.colotape.schema.event.VmDescription;

/** A sound event of each kind, alone. */
public final class SoundEvents {
  /** Size of their pages, in bytes. */
  public static final int PAGE = 4096;

  private SoundEvents() {}

  /** A new event of the kind, which can be the first of a recording. */
  public static Event of(Kind kind) {
    Event event = new Event();
    event.setRecording(new RecordingId(new byte[16]));
    event.setKind(kind);
    event.setDirection(Direction.NONE);
    event.setStreamOffset(-1);
    event.setWire(ByteBuffer.allocate(0));
    event.setPageEnds(List.of());
    fill(event);
    return event;
  }

  private static void fill(Event event) {
    switch (event.getKind()) {
      case UNKNOWN -> {}
      case RECORDING_START -> event.setStart(start());
      case RECORDING_END -> event.setEnd(end());
      case CHECKPOINT_SEALED ->
          event.setSeal(new CheckpointSeal(true, 1L, 0L, 0L, new Digest(new byte[16])));
      case OBSERVATION -> event.setObservation(observation());
      case OBSERVATION_MISSED ->
          event.setMissed(new MissedObservation(Memory.SVM, "ram", "no time"));
      case ALTERED -> event.setAlteration(new Alteration(List.of("block ram")));
      case START_STATE ->
          event.setStartState(
              new StartState(2, "qemu", true, PAGE, List.of(block()), List.of("rom")));
      case START_PAGES ->
          event.setStartPages(
              new StartPages(
                  List.of(Memory.SVM), "ram", (long) PAGE, PAGE, ByteBuffer.allocate(PAGE)));
      case CHANNEL_END -> {
        sent(event, 0);
        event.setChannelEnd(new ChannelEnd(0L, true, "end of file", Closing.FILE_ENDED));
      }
      case RETURN_MESSAGE -> {
        sent(event, 8);
        event.setDirection(Direction.SVM_TO_PVM);
        event.setReply(new ReturnMessage(2, "PONG", 4));
      }
      case STREAM_HEADER -> sent(event, 8);
      case END_OF_SECTIONS -> sent(event, 1);
      case CONFIGURATION -> {
        sent(event, 7);
        event.setConfiguration(new Configuration("pc", List.of(), -1));
      }
      case SECTION_START, SECTION_END, DEVICE_STATE -> {
        sent(event, 20);
        event.setSection(new Section(SectionType.FULL, 7L, "timer", 0L, 0xffff_ffffL, 0L));
      }
      case RAM_BLOCK_LIST -> {
        sent(event, 30);
        event.setBlocks(new RamBlockList(1L << 20, PAGE, List.of(block())));
      }
      case PAGE -> {
        sent(event, 8 + PAGE);
        event.setPage(new Page("ram", 0L, PAGE, 1, PageEncoding.RAW, 8, false, null));
      }
      case RAM_MARK -> {
        sent(event, 8);
        event.setMark(new RamMark(0x10));
      }
      case MIG_COMMAND -> {
        sent(event, 5);
        event.setCommand(new MigCommand(8, "ENABLE_COLO", 0));
      }
      case COLO_MESSAGE -> {
        sent(event, 4);
        event.setMessage(new ColoMessage(ColoMessageType.VMSTATE_SEND, 0L));
      }
      case VM_DESCRIPTION -> {
        sent(event, 20);
        event.setDescription(new VmDescription(15L, 0L, List.of(), 1));
      }
      case OPAQUE -> {
        sent(event, 20);
        event.setOpaque(opaque());
      }
      case MULTIFD_START -> {
        sent(event, 64);
        event.setMultifdStart(new MultifdStart(1L, "0-0-0-0-0", 0));
      }
      case MULTIFD_PACKET -> {
        sent(event, 320);
        event.setPacket(
            new MultifdPacket(
                1L, 0L, false, MultifdMethod.NONE, 3L, "ram", 128, 1, 0, (long) PAGE, ""));
      }
      case MULTIFD_DATA -> {
        sent(event, 20);
        event.setPacketData(new MultifdData(-1L, 0L));
      }
      case PAGE_BITMAP -> {
        sent(event, 8);
        event.setBitmap(new PageBitmap("ram", 0L));
      }
      case PADDING -> {
        sent(event, 0);
        event.setPadding(new Padding(1L << 20));
      }
    }
  }

  private static void sent(Event event, int bytes) {
    event.setDirection(Direction.PVM_TO_SVM);
    event.setStreamOffset(0);
    event.setWire(ByteBuffer.allocate(bytes));
  }

  private static RecordingStart start() {
    return RecordingStart.newBuilder()
        .setName("sound")
        .setRecorder("test")
        .setSources(List.of("none"))
        .setReturnPath(false)
        .build();
  }

  private static RecordingEnd end() {
    return RecordingEnd.newBuilder().setComplete(true).setReason("end of test").build();
  }

  private static Opaque opaque() {
    return Opaque.newBuilder().setReason("damaged").setPath("ram section 2").build();
  }

  private static RamBlock block() {
    return new RamBlock("ram", 1L << 20, 0L, -1L, -1L, -1L);
  }

  private static Observation observation() {
    return new Observation(
        Memory.SVM,
        "ram",
        0L,
        PAGE,
        ByteBuffer.allocate(4 * 16),
        List.of(new ObservedPage(3L * PAGE, ByteBuffer.allocate(PAGE))));
  }
}
