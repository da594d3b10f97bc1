package org.colotape.recorder.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.colotape.recorder.fixture.MigrationStreamBuilder.stream;
import static org.colotape.recorder.fixture.SampleStreams.state;
import static org.colotape.schema.event.ColoMessageType.CHECKPOINT_REQUEST;
import static org.colotape.schema.event.ColoMessageType.VMSTATE_SEND;
import static org.colotape.schema.event.ColoMessageType.VMSTATE_SIZE;

import java.util.Arrays;
import java.util.List;
import org.colotape.recorder.fixture.Captures;
import org.colotape.recorder.fixture.Events;
import org.colotape.recorder.fixture.MigrationStreamBuilder;
import org.colotape.recorder.fixture.Parsing;
import org.colotape.recorder.fixture.SampleStreams;
import org.colotape.schema.event.ColoMessageType;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.junit.jupiter.api.Test;

/** WIRE-FORMAT sections 4 to 6: COLO checkpoints of both layouts. */
class ColoCheckpointsTest {

  @Test
  void theRamComesInASectionOfItsOwnAndTheDevicesInABlob() {
    Events events =
        Parsing.stream(
            initial()
                .checkpoint(ColoCheckpointsTest::onePage, ColoCheckpointsTest::oneDevice)
                .bytes());

    assertThat(behindFirstMessage(events))
        .containsExactly(
            Kind.COLO_MESSAGE,
            Kind.COLO_MESSAGE,
            Kind.SECTION_START,
            Kind.PAGE,
            Kind.RAM_MARK,
            Kind.SECTION_END,
            Kind.END_OF_SECTIONS,
            Kind.COLO_MESSAGE,
            Kind.SECTION_START,
            Kind.DEVICE_STATE,
            Kind.SECTION_END,
            Kind.END_OF_SECTIONS);
    assertThat(events.messages()).containsExactly(CHECKPOINT_REQUEST, VMSTATE_SEND, VMSTATE_SIZE);
    assertThat(events.of(Kind.COLO_MESSAGE).get(2).getMessage().getSize())
        .isEqualTo((1 + 4 + 1 + 5 + 8) + 10 + 5 + 1);
    assertThat(events.end().getAtBoundary()).isTrue();
  }

  @Test
  void newerVersionsSayThatTheySwitchOverBeforeTheRam() {
    Events events =
        Parsing.stream(
            initial()
                .request()
                .vmstateSend()
                .command(11)
                .ramEnd(ColoCheckpointsTest::onePage)
                .eof()
                .blob(ColoCheckpointsTest::oneDevice)
                .bytes());

    assertThat(events.opaque()).isEmpty();
    assertThat(events.of(Kind.MIG_COMMAND).getLast().getCommand().getName())
        .isEqualTo("SWITCHOVER_START");
  }

  @Test
  void qemuTwoEightToThreePutsAWholeStreamIntoTheBlob() {
    Events events =
        Parsing.stream(
            initial()
                .oldCheckpoint(ColoCheckpointsTest::onePage, ColoCheckpointsTest::oneDevice)
                .oldCheckpoint(ColoCheckpointsTest::onePage, ColoCheckpointsTest::oneDevice)
                .bytes());

    assertThat(events.opaque()).isEmpty();
    assertThat(behindFirstMessage(events).subList(0, 18))
        .containsExactly(
            Kind.COLO_MESSAGE,
            Kind.COLO_MESSAGE,
            Kind.COLO_MESSAGE,
            Kind.STREAM_HEADER,
            Kind.CONFIGURATION,
            Kind.SECTION_START,
            Kind.RAM_BLOCK_LIST,
            Kind.RAM_MARK,
            Kind.SECTION_END,
            Kind.SECTION_START,
            Kind.PAGE,
            Kind.RAM_MARK,
            Kind.SECTION_END,
            Kind.SECTION_START,
            Kind.DEVICE_STATE,
            Kind.SECTION_END,
            Kind.END_OF_SECTIONS,
            Kind.COLO_MESSAGE);
    assertThat(events.pages()).hasSize(3);
  }

  @Test
  void anOldBlobMayEndWithTheVmDescription() {
    Events events =
        Parsing.stream(
            initial()
                .request()
                .vmstateSend()
                .with(s -> {
                  byte[] blob =
                      stream()
                          .ramSetup()
                          .ramEnd(ColoCheckpointsTest::onePage)
                          .device(7, "rtc", state(33))
                          .eof()
                          .description()
                          .bytes();
                  s.vmstateSize(blob.length).raw(blob);
                })
                .checkpoint(ColoCheckpointsTest::onePage, ColoCheckpointsTest::oneDevice)
                .bytes());

    assertThat(events.opaque()).isEmpty();
    assertThat(events.of(Kind.VM_DESCRIPTION).getLast().getDescription().getConfirmed())
        .isEqualTo(1);
    assertThat(events.messages()).hasSize(6);
  }

  @Test
  void checkpointsOfARealCaptureReadTheSameInTheOldLayout() {
    byte[] capture = Captures.stream("7.2-colo-xbzrle").read();
    Events recent = Parsing.stream(capture);

    byte[] old = inOldLayout(capture, recent);
    Events events = Parsing.stream(old);

    assertThat(events.opaque()).isEmpty();
    assertThat(events.pages()).isEqualTo(recent.pages());
    assertThat(events.messages()).isEqualTo(recent.messages());
    assertThat(stateLengths(events)).isEqualTo(stateLengths(recent));
    assertThat(events.end().getAtBoundary()).isEqualTo(recent.end().getAtBoundary());
  }

  @Test
  void sectionsOfABlobAreTheirOwnEvenWhereTheLastDeviceHasManyZeros() {
    Events events =
        Parsing.stream(
            initial()
                .checkpoint(
                    ColoCheckpointsTest::onePage, blob -> blob.device(0, "timer", new byte[5000]))
                .checkpoint(
                    ColoCheckpointsTest::onePage, blob -> blob.device(0, "timer", new byte[5000]))
                .bytes());

    assertThat(events.opaque()).isEmpty();
    assertThat(stateLengths(events)).containsExactly(10, 5000, 5000);
  }

  @Test
  void withoutFootersABlobOfDevicesIsOnePiece() {
    Events events = Parsing.stream(SampleStreams.withoutFooters());

    assertThat(events.opaque()).isEmpty();
    assertThat(events.of(Kind.DEVICE_STATE)).hasSize(3);
    assertThat(events.of(Kind.END_OF_SECTIONS)).hasSize(5);
  }

  @Test
  void anEmptyBlobIsNothingButItsSize() {
    Events events =
        Parsing.stream(
            initial()
                .request()
                .vmstateSend()
                .ramEnd(ColoCheckpointsTest::onePage)
                .eof()
                .vmstateSize(0)
                .checkpoint(ColoCheckpointsTest::onePage, ColoCheckpointsTest::oneDevice)
                .bytes());

    assertThat(events.opaque()).isEmpty();
    assertThat(events.messages()).hasSize(6);
  }

  @Test
  void whatFollowsAMigrationWithoutColoIsOpaque() {
    Events events =
        Parsing.stream(
            stream()
                .ramSetup()
                .ramEnd(ColoCheckpointsTest::onePage)
                .eof()
                .description()
                .u32(3)
                .bytes());

    assertThat(events.opaqueBytes()).isEqualTo(4);
    assertThat(events.opaque().getFirst().getReason())
        .isEqualTo("bytes behind the end of the migration");
  }

  /** Since QEMU 11.1 nothing announces COLO. */
  @Test
  void aRequestBehindAMigrationIsOneWhateverWasAnnounced() {
    Events events =
        Parsing.stream(
            stream()
                .ramSetup()
                .ramEnd(ColoCheckpointsTest::onePage)
                .eof()
                .description()
                .u32(1)
                .bytes());

    assertThat(events.opaque()).isEmpty();
    assertThat(events.messages()).containsExactly(CHECKPOINT_REQUEST);
  }

  @Test
  void messagesThatOnlyTheSecondarySendsAreOpaqueInThePrimarysStream() {
    Events events =
        Parsing.stream(
            initial()
                .u32(0)
                .u32(2)
                .checkpoint(ColoCheckpointsTest::onePage, ColoCheckpointsTest::oneDevice)
                .bytes());

    assertThat(events.opaqueBytes()).isEqualTo(8);
    assertThat(events.opaque().getFirst().getReason())
        .isEqualTo("the primary sends no COLO message 0");
    assertThat(events.messages()).containsExactly(CHECKPOINT_REQUEST, VMSTATE_SEND, VMSTATE_SIZE);
  }

  private static void onePage(MigrationStreamBuilder ram) {
    ram.page("pc.ram", 0, 1);
  }

  private static void oneDevice(MigrationStreamBuilder blob) {
    blob.device(0, "timer", state(10));
  }

  private static MigrationStreamBuilder initial() {
    return stream()
        .enableColo()
        .ramSetup()
        .ramEnd(ram -> ram.page("vga.vram", 0, 9))
        .device(0, "timer", state(10))
        .eof()
        .description();
  }

  private static List<Kind> behindFirstMessage(Events events) {
    assertThat(events.opaque()).isEmpty();
    return events.kinds().subList(events.kinds().indexOf(Kind.COLO_MESSAGE), events.kinds().size());
  }

  private static List<Integer> stateLengths(Events events) {
    return events.of(Kind.DEVICE_STATE).stream().map(event -> event.getWire().remaining()).toList();
  }

  /**
   * The capture with the RAM of each checkpoint moved into its blob, behind a header, the
   * configuration and the RAM set-up of the initial migration.
   */
  private static byte[] inOldLayout(byte[] capture, Events events) {
    int firstMessage = events.kinds().indexOf(Kind.COLO_MESSAGE);
    long firstCheckpoint = events.all().get(firstMessage).getStreamOffset();
    MigrationStreamBuilder old =
        MigrationStreamBuilder.empty().raw(Arrays.copyOf(capture, (int) firstCheckpoint));
    MigrationStreamBuilder ram = MigrationStreamBuilder.empty();
    boolean inRam = false;
    for (Event event : events.all().subList(firstMessage, events.all().size())) {
      byte[] wire = Events.wire(event);
      if (isMessage(event, VMSTATE_SEND)) {
        old.raw(wire);
        ram = MigrationStreamBuilder.empty().raw(ramSetup(capture, events));
        inRam = true;
      } else if (isMessage(event, VMSTATE_SIZE)) {
        old.vmstateSize(ram.position() + event.getMessage().getSize()).raw(ram.bytes());
      } else if (!inRam) {
        old.raw(wire);
      } else if (event.getKind() == Kind.END_OF_SECTIONS) {
        inRam = false;
      } else {
        ram.raw(wire);
      }
    }
    return old.bytes();
  }

  /** What leads the stream, up to the footer of the section that introduces the RAM. */
  private static byte[] ramSetup(byte[] capture, Events events) {
    Event footer = events.of(Kind.SECTION_END).getFirst();
    return Arrays.copyOf(capture, (int) footer.getStreamOffset() + footer.getWire().remaining());
  }

  private static boolean isMessage(Event event, ColoMessageType type) {
    return event.getKind() == Kind.COLO_MESSAGE && event.getMessage().getType() == type;
  }
}
