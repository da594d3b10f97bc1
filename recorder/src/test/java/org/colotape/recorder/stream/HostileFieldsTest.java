package org.colotape.recorder.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.colotape.recorder.fixture.MigrationStreamBuilder.COMPRESS_PAGE;
import static org.colotape.recorder.fixture.MigrationStreamBuilder.CONTINUE;
import static org.colotape.recorder.fixture.MigrationStreamBuilder.MEM_SIZE;
import static org.colotape.recorder.fixture.MigrationStreamBuilder.PAGE;
import static org.colotape.recorder.fixture.MigrationStreamBuilder.XBZRLE;
import static org.colotape.recorder.fixture.MigrationStreamBuilder.empty;
import static org.colotape.recorder.fixture.MigrationStreamBuilder.stream;
import static org.colotape.recorder.fixture.SampleStreams.state;

import java.util.List;
import java.util.function.Consumer;
import org.colotape.recorder.fixture.Events;
import org.colotape.recorder.fixture.MigrationStreamBuilder;
import org.colotape.recorder.fixture.Parsing;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * WIRE-FORMAT section 9: a length or number out of bounds is opaque, says what is wrong, and does
 * not hide what stands behind it. What the parser holds while it reads such streams is measured by
 * {@link BoundedMemoryTest}.
 */
class HostileFieldsTest {

  @ParameterizedTest
  @ValueSource(longs = {0, -1L << 12, 1L << 63})
  void aBlockListWithATotalOutOfBounds(long total) {
    Events events =
        Parsing.stream(
            stream().sectionHead(1, 2, "ram", 0, 4).word(total, MEM_SIZE).endOfRam().bytes());

    assertThat(reason(events)).isEqualTo("a RAM block list of " + total + " bytes");
    assertThat(events.of(Kind.RAM_BLOCK_LIST)).isEmpty();
  }

  @Test
  void aBlockListThatNeverEnds() {
    MigrationStreamBuilder stream =
        stream().sectionHead(1, 2, "ram", 0, 4).word(1L << 40, MEM_SIZE);
    for (int i = 0; i < 20_000; i++) {
      stream.name("block" + i).u64(0x1000);
    }

    Events events = Parsing.stream(stream.bytes());

    assertThat(reason(events)).isEqualTo("the RAM block list takes more than 262144 bytes");
  }

  @Test
  void moreBlocksThanAnyMachineHas() {
    MigrationStreamBuilder stream = stream().sectionHead(1, 2, "ram", 0, 4);
    for (int list = 0; list < 2; list++) {
      stream.word(10_000L << 12, MEM_SIZE);
      for (int i = 0; i < 10_000; i++) {
        stream.name(list + "." + i).u64(0x1000);
      }
    }

    Events events = Parsing.stream(stream.ramPart(HostileFieldsTest::twoPages).bytes());

    assertThat(reason(events)).isEqualTo("more than 16384 RAM blocks");
    assertThat(events.of(Kind.RAM_BLOCK_LIST)).hasSize(1);
  }

  @Test
  void moreSectionsThanAnyMachineHas() {
    MigrationStreamBuilder stream = stream().ramSetup();
    for (int id = 100; id < 100 + 35_000; id++) {
      stream.sectionHead(4, id, "x", 0, 1).footer(id);
    }

    Events events = Parsing.stream(stream.ramPart(HostileFieldsTest::twoPages).bytes());

    assertThat(events.opaque()).isNotEmpty();
    assertThat(reason(events)).isEqualTo("more than 32768 sections");
    assertThat(events.pages()).hasSize(2);
  }

  @Test
  void aSectionIdThatNoMachineReaches() {
    Events events =
        Parsing.stream(
            stream()
                .ramSetup()
                .device(0x7fff_ffff, "timer", state(40))
                .ramPart(HostileFieldsTest::twoPages)
                .bytes());

    assertThat(reason(events)).contains("with an id out of bounds");
    assertThat(events.pages()).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {257, 1 << 20, 0x7fff_ffff, -1})
  void aMachineNameThatIsTooLong(int length) {
    Events events =
        Parsing.stream(
            empty()
                .header()
                .u8(0x07)
                .u32(length)
                .ramSetup()
                .ramPart(HostileFieldsTest::twoPages)
                .bytes());

    assertThat(reason(events)).startsWith("machine type name of ");
    assertThat(events.pages()).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {257, -1})
  void moreCapabilitiesThanQemuHas(int count) {
    Events events =
        Parsing.stream(
            stream()
                .u8(0x05)
                .name("configuration/capabilities")
                .u32(1)
                .u32(count)
                .ramSetup()
                .ramPart(HostileFieldsTest::twoPages)
                .bytes());

    assertThat(reason(events)).startsWith("number of capabilities of ");
    assertThat(events.pages()).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 9, 17, 31, 32, -1})
  void pageBitsThatNoTargetHas(int bits) {
    Events events =
        Parsing.stream(
            stream()
                .u8(0x05)
                .name("configuration/target-page-bits")
                .u32(1)
                .u32(bits)
                .ramSetup()
                .ramPart(HostileFieldsTest::twoPages)
                .bytes());

    assertThat(reason(events)).startsWith("target page bits");
    assertThat(events.pages()).hasSize(2);
  }

  @Test
  void aConfigurationThatNeverEnds() {
    MigrationStreamBuilder stream = stream();
    for (int i = 0; i < 10_000; i++) {
      stream.targetPageBits(12);
    }

    Events events = Parsing.stream(stream.ramSetup().ramPart(HostileFieldsTest::twoPages).bytes());

    assertThat(reason(events)).isEqualTo("a configuration of more than 131072 bytes");
    assertThat(events.pages()).hasSize(2);
  }

  @Test
  void aPageOfABlockWithoutAName() {
    Events events = records(ram -> ram.word(0x1000, PAGE).u8(0).filled(4096, 1));

    assertThat(reason(events)).isEqualTo("the name of a page's RAM block is not text");
    assertThat(events.pages()).hasSize(2);
  }

  @Test
  void aPageBeyondAllMemory() {
    Events events = records(ram -> ram.word(1L << 63, PAGE).name("pc.ram").filled(4096, 1));

    assertThat(reason(events)).isEqualTo("a page at an offset beyond 2^63");
    assertThat(events.pages()).hasSize(2);
  }

  @Test
  void anXbzrlePageLongerThanAPage() {
    Events events = records(ram -> ram.word(0, XBZRLE).name("pc.ram").u8(1).u16(4097));

    assertThat(reason(events))
        .isEqualTo("an XBZRLE page of unknown encoding or longer than a page");
    assertThat(events.pages()).hasSize(2);
  }

  @Test
  void anXbzrlePageOfUnknownEncoding() {
    Events events = records(ram -> ram.word(0, XBZRLE).name("pc.ram").u8(2).u16(3).u8(0).u16(0));

    assertThat(reason(events))
        .isEqualTo("an XBZRLE page of unknown encoding or longer than a page");
    assertThat(events.pages()).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 4096 + 64 + 64 + 1, 0x7fff_ffff, -1})
  void aCompressedPageOfAnImpossibleLength(int length) {
    Events events = records(ram -> ram.word(0, COMPRESS_PAGE).name("pc.ram").u32(length));

    assertThat(reason(events))
        .isEqualTo("a compressed page of " + Integer.toUnsignedString(length) + " bytes");
    assertThat(events.pages()).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 1L << 63, (1L << 44) + 1})
  void aBlobOfAnAbsurdSize(long size) {
    Events events =
        Parsing.stream(
            initial()
                .request()
                .vmstateSend()
                .ramEnd(HostileFieldsTest::twoPages)
                .eof()
                .vmstateSize(size)
                .device(0, "timer", state(40))
                .eof()
                .checkpoint(HostileFieldsTest::twoPages, blob -> blob.device(0, "timer", state(40)))
                .bytes());

    assertThat(reason(events))
        .isEqualTo("a vmstate blob of " + Long.toUnsignedString(size) + " bytes");
    assertThat(events.pages()).as("pages of both checkpoints").hasSize(5);
    assertThat(events.of(Kind.COLO_MESSAGE)).as("messages but the damaged one").hasSize(5);
  }

  @Test
  void aBlobThatClaimsToGoOnForeverDoesNotHideTheNextCheckpoint() {
    Events events =
        Parsing.stream(
            initial()
                .request()
                .vmstateSend()
                .ramEnd(HostileFieldsTest::twoPages)
                .eof()
                .vmstateSize(1L << 44)
                .device(0, "timer", state(40))
                .eof()
                .checkpoint(HostileFieldsTest::twoPages, blob -> blob.device(0, "timer", state(40)))
                .bytes());

    assertThat(reason(events)).isEqualTo("the vmstate blob goes on behind the end of its sections");
    assertThat(events.opaqueBytes()).as("the EOF byte").isEqualTo(1);
    assertThat(events.pages()).hasSize(5);
    assertThat(events.of(Kind.COLO_MESSAGE)).hasSize(6);
  }

  @ParameterizedTest
  @ValueSource(ints = {(64 << 20) + 1, 0x7fff_ffff, -1})
  void aDescriptionLongerThanAny(int length) {
    Events events =
        Parsing.stream(
            stream()
                .enableColo()
                .ramSetup()
                .eof()
                .u8(0x06)
                .u32(length)
                .text("{}")
                .checkpoint(HostileFieldsTest::twoPages, blob -> {})
                .bytes());

    assertThat(reason(events))
        .isEqualTo("a VM description of " + Integer.toUnsignedString(length) + " bytes");
    assertThat(events.pages()).hasSize(2);
  }

  @Test
  void aDescriptionWhoseLengthReachesIntoTheNextCheckpoint() {
    Events events =
        Parsing.stream(
            stream()
                .enableColo()
                .ramSetup()
                .eof()
                .u8(0x06)
                .u32(100_000)
                .text("{}")
                .checkpoint(HostileFieldsTest::twoPages, blob -> {})
                .bytes());

    assertThat(reason(events))
        .isEqualTo("a VM description of 100000 bytes with other bytes than text");
    assertThat(events.opaqueBytes()).isEqualTo(5 + 2);
    assertThat(events.pages()).hasSize(2);
  }

  @Test
  void aDescriptionNestedDeeperThanAnyStackIsNotDescended() {
    String deep = "{\"devices\":[" + "{\"fields\":[".repeat(100_000);

    Events events = Parsing.stream(stream().ramSetup().eof().description(deep).bytes());

    assertThat(events.of(Kind.VM_DESCRIPTION).getLast().getDescription().getContradictions())
        .containsExactly("the VM description is not JSON");
  }

  @Test
  void aDescriptionThatContradictsEverythingIsCutShort() {
    MigrationStreamBuilder stream = stream().ramSetup();
    StringBuilder devices = new StringBuilder();
    for (int id = 100; id < 400; id++) {
      stream.sectionHead(4, id, "device" + id, 0, 1).raw(state(3)).footer(id);
      devices.append("{\"name\":\"device").append(id).append("\",\"instance_id\":0},");
    }
    devices.append("{\"name\":\"none\"}");

    Events events =
        Parsing.stream(stream.eof().description("{\"devices\":[" + devices + "]}").bytes());

    assertThat(events.only(Kind.VM_DESCRIPTION).getDescription().getContradictions()).hasSize(100);
  }

  @Test
  void aPackageThatClaimsMoreThanComesIsReadAsFarAsItComes() {
    Events events =
        Parsing.stream(
            stream()
                .ramSetup()
                .command(7, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff)
                .device(5, "cpu", state(40))
                .ramEnd(HostileFieldsTest::twoPages)
                .bytes());

    assertThat(events.opaque()).isEmpty();
    assertThat(events.pages()).hasSize(2);
    assertThat(events.end().getAtBoundary()).isFalse();
  }

  @Test
  void aPageThatReachesBeyondItsBlobIsOpaqueAndTheNextCheckpointIsRead() {
    byte[] blob =
        stream()
            .ramSetup()
            .sectionHead(3, 2)
            .page("pc.ram", 0, 1)
            .word(0x1000, PAGE | CONTINUE)
            .bytes();

    Events events =
        Parsing.stream(
            initial()
                .request()
                .vmstateSend()
                .vmstateSize(blob.length)
                .raw(blob)
                .checkpoint(HostileFieldsTest::twoPages, b -> {})
                .bytes());

    assertThat(reason(events))
        .isEqualTo("an element reaches beyond the end of the blob or package around it");
    assertThat(events.opaqueBytes()).isEqualTo(Long.BYTES);
    assertThat(events.pages()).hasSize(1 + 1 + 2);
  }

  private static void twoPages(MigrationStreamBuilder ram) {
    ram.page("pc.ram", 0, 1).page(0x1000, 2);
  }

  private static MigrationStreamBuilder initial() {
    return stream()
        .enableColo()
        .ramSetup()
        .ramEnd(ram -> ram.page("vga.vram", 0, 9))
        .device(0, "timer", state(40))
        .eof()
        .description();
  }

  /** A RAM section with these records, and one with two pages behind it. */
  private static Events records(Consumer<MigrationStreamBuilder> records) {
    return Parsing.stream(
        stream().ramSetup().ramPart(records).ramPart(HostileFieldsTest::twoPages).bytes());
  }

  private static String reason(Events events) {
    List<Event> opaque = events.of(Kind.OPAQUE);
    assertThat(opaque).isNotEmpty();
    return opaque.getFirst().getOpaque().getReason();
  }
}
