package org.colotape.recorder.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.colotape.recorder.fixture.MigrationStreamBuilder.empty;
import static org.colotape.recorder.fixture.MigrationStreamBuilder.stream;
import static org.colotape.recorder.fixture.SampleStreams.state;

import java.nio.ByteBuffer;
import java.util.List;
import org.colotape.recorder.fixture.Captures;
import org.colotape.recorder.fixture.Events;
import org.colotape.recorder.fixture.MigrationStreamBuilder;
import org.colotape.recorder.fixture.Parsing;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.VmDescription;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * WIRE-FORMAT sections 1 and 6: device sections carry no length. Their ends are found by what
 * follows, and confirmed by the VM description.
 */
class DeviceStateTest {
  @Test
  void theStateEndsAtTheFooterOfItsSection() {
    Events events = initial(stream().ramSetup().device(5, "timer", state(50)).eof().description());

    assertThat(events.only(Kind.DEVICE_STATE).getWire().remaining()).isEqualTo(50);
    assertThat(described(events).getConfirmed()).isEqualTo(1);
    assertThat(described(events).getContradictions()).isEmpty();
  }

  @Test
  void aDeviceMayHaveNoStateAtAll() {
    Events events =
        initial(stream().ramSetup().device(5, "timer", new byte[0]).eof().description());

    assertThat(events.of(Kind.DEVICE_STATE)).isEmpty();
    assertThat(described(events).getConfirmed()).isEqualTo(1);
  }

  @Test
  void bytesLikeTheOwnFooterAreStateIfNothingThatCanFollowASectionFollowsThem() {
    byte[] state =
        empty().footer(5).u8(0x55).footer(5).text("footer").footer(5).u8(3).u32(99).bytes();

    Events events = initial(stream().ramSetup().device(5, "timer", state).eof().description());

    assertThat(Events.wire(events.only(Kind.DEVICE_STATE))).isEqualTo(state);
    assertThat(described(events).getConfirmed()).isEqualTo(1);
  }

  @Test
  void footerLikeBytesBeforeAZeroDoNotEndTheStateOfASectionWithIdZero() {
    byte[] state = empty().u8(0x7e).u32(0).eof().filled(40, 0).u8(0x7e).u32(0).eof().u8(1).bytes();

    Events events =
        initial(
            stream()
                .ramSetup()
                .device(0, "timer", state)
                .device(5, "cpu", state(9))
                .eof()
                .description());

    assertThat(Events.wire(events.of(Kind.DEVICE_STATE).getFirst())).isEqualTo(state);
    assertThat(described(events).getConfirmed()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0-colo-xbzrle", "7.2-colo-verify", "10.0-precopy-kvm", "7.2-xbzrle"})
  void theDescriptionOfARealMachineConfirmsEveryDeviceThatItDescribes(String capture) {
    Events events = Parsing.stream(Captures.stream(capture).read());

    List<Event> descriptions = events.of(Kind.VM_DESCRIPTION);
    VmDescription last = descriptions.getLast().getDescription();
    assertThat(last.getContradictions()).isEmpty();
    assertThat(last.getConfirmed()).isGreaterThan(20);
  }

  @Test
  void aDescriptionThatSaysOtherLengthsContradicts() {
    Events events =
        initial(
            stream()
                .ramSetup()
                .device(5, "timer", state(50))
                .device(6, "cpu", state(60))
                .eof()
                .description(
                    """
                    {"page_size":8192,"devices":[
                    {"name":"timer","instance_id":0,"fields":[{"name":"x","size":49}]},
                    {"name":"cpu","instance_id":0,"fields":[{"name":"x","size":10,"array_len":6}]}]}
                    """));

    assertThat(described(events).getConfirmed()).isEqualTo(1);
    assertThat(described(events).getContradictions())
        .containsExactly(
            "page size: read with 4096, described 8192", "timer: found 50 bytes, described 49");
  }

  @Test
  void subsectionsCountWithTheirHeads() {
    byte[] state = state(8 + 6 + "timer/icount".length() + 16);
    Events events =
        initial(
            stream()
                .ramSetup()
                .device(5, "timer", state)
                .eof()
                .description(
                    """
                    {"page_size":4096,"devices":[{"name":"timer","instance_id":0,"version":2,
                    "fields":[{"name":"a","type":"struct","struct":{"fields":[{"size":99}]},"size":8}],
                    "subsections":[{"vmsd_name":"timer/icount","version":1,
                    "fields":[{"name":"b","size":8},{"name":"c","size":8}]}]}]}
                    """));

    assertThat(described(events).getContradictions()).isEmpty();
    assertThat(described(events).getConfirmed()).isEqualTo(1);
  }

  /**
   * QEMU before 10.0 describes an array of pointers by its first one alone, even if that is null.
   */
  @Test
  void anArrayOfPointersThatBeginsWithANullOneIsOnlyTheLeastOfItsLength() {
    String described =
        """
        {"page_size":4096,"devices":[{"name":"css","instance_id":0,"version":1,"fields":[
        {"name":"css","array_len":40,"type":"struct","struct":{},"size":1},{"name":"id","size":8}]}]}
        """;

    assertThat(lengthOfState(state(300), described).getContradictions()).isEmpty();
    assertThat(lengthOfState(state(300), described).getConfirmed()).isZero();
    assertThat(lengthOfState(state(48), described).getConfirmed()).isOne();
    assertThat(lengthOfState(state(47), described).getContradictions())
        .containsExactly("css: found 47 bytes, described 48");
  }

  private static VmDescription lengthOfState(byte[] state, String description) {
    return described(
        initial(stream().ramSetup().device(5, "css", state).eof().description(description)));
  }

  /** As in a flattened device tree, which pseries machines have in their state. */
  @Test
  void wordsLikeTheMessagesOfACheckpointDoNotEndTheStateOfADevice() {
    byte[] state =
        ByteBuffer.allocate(64).putInt(8, 1).putInt(12, 3).putInt(16, 4).putLong(20, 10).array();

    Events events = initial(stream().enableColo().ramSetup().device(5, "spapr", state).eof());

    assertThat(events.opaque()).isEmpty();
    assertThat(events.only(Kind.DEVICE_STATE).getWire().remaining()).isEqualTo(64);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"devices\":[", "{\"devices\":[1,2]}", "{\"page_size\":\"x\"}", "{}"})
  void aDescriptionThatDescribesNothingConfirmsNothing(String json) {
    Events events =
        initial(stream().ramSetup().device(5, "timer", state(50)).eof().description(json));

    assertThat(described(events).getConfirmed()).isZero();
  }

  @Test
  void withoutDescriptionTheLastStateEndsBeforeTheFirstCheckpoint() {
    Events events =
        initial(
            stream()
                .enableColo()
                .ramSetup()
                .device(0, "timer", new byte[300])
                .eof()
                .checkpoint(
                    ram -> ram.page("pc.ram", 0, 1), blob -> blob.device(0, "timer", state(4))));

    assertThat(events.of(Kind.DEVICE_STATE))
        .extracting(event -> event.getWire().remaining())
        .containsExactly(300, 4);
    assertThat(events.pages()).hasSize(1);
  }

  @Test
  void withoutDescriptionTheLastStateEndsWithTheStream() {
    Events events = initial(stream().ramSetup().device(0, "timer", new byte[300]).eof());

    assertThat(events.kinds()).endsWith(Kind.DEVICE_STATE, Kind.SECTION_END, Kind.END_OF_SECTIONS);
    assertThat(events.end().getAtBoundary()).isTrue();
  }

  @Test
  void longStateIsCutIntoPiecesThatSayWhereTheyBegin() {
    int length = (2 << 20) + 77;
    Events events =
        initial(stream().ramSetup().device(5, "vmgenid", state(length)).eof().description());

    assertThat(events.of(Kind.DEVICE_STATE))
        .extracting(event -> event.getSection().getPosition())
        .containsExactly(0L, 1L << 20, 2L << 20);
    assertThat(described(events).getConfirmed()).isEqualTo(1);
  }

  @Test
  void aDeviceMayComeInPartsAsTheRamDoes() {
    Events events =
        initial(
            stream()
                .ramSetup()
                .sectionHead(1, 8, "dirty-bitmap", 0, 1)
                .raw(state(5))
                .footer(8)
                .ramPart(ram -> ram.page("pc.ram", 0, 1))
                .sectionHead(2, 8)
                .raw(state(6))
                .footer(8)
                .sectionHead(3, 8)
                .raw(state(7))
                .footer(8)
                .eof()
                .description());

    assertThat(events.of(Kind.DEVICE_STATE))
        .extracting(event -> event.getWire().remaining())
        .containsExactly(5, 6, 7);
    assertThat(events.pages()).hasSize(1);
  }

  private static Events initial(MigrationStreamBuilder stream) {
    Events events = Parsing.stream(stream.bytes());
    assertThat(events.opaque()).isEmpty();
    return events;
  }

  private static VmDescription described(Events events) {
    return events.only(Kind.VM_DESCRIPTION).getDescription();
  }
}
