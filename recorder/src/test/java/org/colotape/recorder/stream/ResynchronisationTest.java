package org.colotape.recorder.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.colotape.recorder.fixture.MigrationStreamBuilder.stream;
import static org.colotape.recorder.fixture.SampleStreams.state;

import java.util.List;
import java.util.stream.Stream;
import org.colotape.recorder.fixture.Captures;
import org.colotape.recorder.fixture.Damage;
import org.colotape.recorder.fixture.Events;
import org.colotape.recorder.fixture.MigrationStreamBuilder;
import org.colotape.recorder.fixture.Parsing;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.Page;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Behind damage, parsing goes on at the next point that can be trusted, and everything behind it is
 * read as if nothing had happened. How many bytes are lost at most is said for each place.
 */
class ResynchronisationTest {
  private static final int HEAD = 1 + Integer.BYTES;
  private static final int FOOTER = 1 + Integer.BYTES;
  private static final int RAW_RECORD = Long.BYTES + 4096;
  private static final int NAMED = 1 + "vga.vram".length();
  private static final int IDE = 300;
  private static final int CPU = 500;
  private static final int FULL_HEAD = HEAD + 1 + "ide".length() + 2 * Integer.BYTES;

  /** Where the damage is, and how many bytes may be opaque. */
  private static Arguments at(String what, Kind kind, int index, int byteOfEvent, int mostOpaque) {
    return at(what, kind, index, byteOfEvent, 0x81, mostOpaque);
  }

  private static Arguments at(
      String what, Kind kind, int index, int byteOfEvent, int bits, int mostOpaque) {
    return Arguments.of(what, kind, index, byteOfEvent, bits, mostOpaque);
  }

  static Stream<Arguments> places() {
    return Stream.of(
        at("flags of a page", Kind.PAGE, 1, 6, RAW_RECORD),
        at("flags of a page before one that names its block", Kind.PAGE, 2, 7, RAW_RECORD),
        at("flags of the last page of a section", Kind.PAGE, 4, 7, RAW_RECORD + NAMED + Long.BYTES),
        at("name of a page's block", Kind.PAGE, 4, 9, RAW_RECORD + NAMED + Long.BYTES),
        at("flags in a run of zeros", Kind.PAGE, 3, 7 + 9 + 9, 9),
        at("end of a RAM section", Kind.RAM_MARK, 1, 7, Long.BYTES),
        at("head of the RAM set-up", Kind.SECTION_START, 0, 0, FULL_HEAD),
        at("name of the RAM", Kind.SECTION_START, 0, 7, FULL_HEAD),
        at("head of a RAM section", Kind.SECTION_START, 1, 0, HEAD),
        at("id of a RAM section", Kind.SECTION_START, 1, 2, HEAD),
        at("footer of a RAM section", Kind.SECTION_END, 1, 0, FOOTER + HEAD),
        at("footer of the RAM before devices", Kind.SECTION_END, 2, 0, FOOTER + FULL_HEAD + IDE),
        at("head of a device", Kind.SECTION_START, 3, 0, FULL_HEAD + IDE),
        at("name of a device", Kind.SECTION_START, 3, 6, FULL_HEAD + IDE),
        at("footer of a device", Kind.SECTION_END, 3, 0, IDE + FOOTER + FULL_HEAD + CPU),
        at("id in the footer of a device", Kind.SECTION_END, 3, 1, IDE + FOOTER + FULL_HEAD + CPU),
        at("footer of the last device", Kind.SECTION_END, 4, 0, CPU + FOOTER),
        at("end of all sections", Kind.END_OF_SECTIONS, 0, 0, 5000),
        at("head of the description", Kind.VM_DESCRIPTION, 0, 0, 5000),
        at("length of the description, too long", Kind.VM_DESCRIPTION, 0, 2, 5000),
        at("length of the description, too short", Kind.VM_DESCRIPTION, 0, 4, 5000),
        at("REQUEST", Kind.COLO_MESSAGE, 0, 3, 4 + 4 + HEAD),
        at("VMSTATE_SEND", Kind.COLO_MESSAGE, 1, 3, 4 + HEAD),
        at("head of the RAM in a checkpoint", Kind.SECTION_START, 5, 0, HEAD),
        at("end of the RAM in a checkpoint", Kind.END_OF_SECTIONS, 1, 0, 1),
        at("VMSTATE_SIZE", Kind.COLO_MESSAGE, 2, 3, 12 + FULL_HEAD + IDE),
        at("size in VMSTATE_SIZE, absurd", Kind.COLO_MESSAGE, 2, 6, 12 + FULL_HEAD + IDE),
        at("size in VMSTATE_SIZE, too short", Kind.COLO_MESSAGE, 2, 10, 3, IDE + FULL_HEAD + CPU),
        at("head of a device in a blob", Kind.SECTION_START, 6, 0, FULL_HEAD + IDE),
        at("footer of a device in a blob", Kind.SECTION_END, 6, 2, IDE + FOOTER + FULL_HEAD + CPU),
        at("footer of the last device in a blob", Kind.SECTION_END, 7, 2, CPU + FOOTER + 1),
        at("end of a blob", Kind.END_OF_SECTIONS, 2, 0, CPU + FOOTER + 1));
  }

  @ParameterizedTest(name = "{0}: at most {5} bytes")
  @MethodSource("places")
  void behindDamageEverythingIsReadAgain(
      String what, Kind kind, int index, int byteOfEvent, int bits, int mostOpaque) {
    byte[] bytes = colo();
    Events sound = Parsing.stream(bytes);
    assertThat(sound.opaque()).isEmpty();
    Event target = sound.of(kind).get(index);
    bytes[(int) target.getStreamOffset() + byteOfEvent] ^= (byte) bits;

    Events damaged = Parsing.stream(bytes);

    assertThat(damaged.opaqueBytes()).as(what).isBetween(1L, (long) mostOpaque);
    long behind = target.getStreamOffset() + mostOpaque + target.getWire().remaining();
    assertThat(linesFrom(behind, damaged)).as(what).isEqualTo(linesFrom(behind, sound));
    assertThat(damaged.wire()).isEqualTo(bytes);
  }

  @Test
  void damageInTheBlockListLosesTheListButNoPageThatNamesItsBlock() {
    byte[] bytes = colo();
    Events sound = Parsing.stream(bytes);
    Event list = sound.only(Kind.RAM_BLOCK_LIST);
    bytes[(int) list.getStreamOffset() + 9] ^= (byte) 0x80;

    Events damaged = Parsing.stream(bytes);

    long behind = sound.of(Kind.SECTION_END).getFirst().getStreamOffset();
    assertThat(damaged.of(Kind.RAM_BLOCK_LIST)).isEmpty();
    assertThat(damaged.opaqueBytes()).isEqualTo(behind - list.getStreamOffset());
    assertThat(linesFrom(behind, damaged)).isEqualTo(linesFrom(behind, sound));
  }

  @Test
  void ramWhoseSectionIdBecameThatOfADeviceInPartsIsNotTakenForItsState() {
    byte[] bytes =
        stream()
            .ramSetup()
            .sectionHead(1, 3, "dirty-bitmap", 0, 1)
            .raw(state(50))
            .footer(3)
            .ramPart(ram -> ram.page("pc.ram", 0, 1).page(0x1000, 2).page(0x2000, 3))
            .bytes();
    Event part = Parsing.stream(bytes).of(Kind.SECTION_START).getLast();
    bytes[(int) part.getStreamOffset() + 4] = 3;

    Events events = Parsing.stream(bytes);

    assertThat(events.pages()).hasSize(2);
    assertThat(events.opaqueBytes()).as("the first page").isEqualTo(RAW_RECORD + 1 + 6);
  }

  @Test
  void aLostEnableColoIsMadeUpForByTheFirstCheckpoint() {
    byte[] bytes = colo();
    Events sound = Parsing.stream(bytes);
    Event command = sound.only(Kind.MIG_COMMAND);
    int at = (int) command.getStreamOffset();

    Events damaged = Parsing.stream(Damage.replace(bytes, at, at + 5, new byte[0]));

    assertThat(damaged.opaque()).isEmpty();
    assertThat(damaged.messages()).isEqualTo(sound.messages());
  }

  @Test
  void afterDamageABlockThatIsNotNamedIsSaidToBeInferredUntilOneIs() {
    byte[] bytes =
        stream()
            .ramSetup()
            .ramPart(ram ->
                ram.page("pc.ram", 0, 1)
                    .page(0x1000, 2)
                    .page(0x2000, 3)
                    .zeros(0x3000, 2)
                    .page("vga.vram", 0, 4)
                    .page(0x1000, 5))
            .bytes();
    Event second = Parsing.stream(bytes).of(Kind.PAGE).get(1);
    bytes[(int) second.getStreamOffset() + 7] = 0;

    Events events = Parsing.stream(bytes);

    assertThat(events.pages())
        .extracting(Page::getBlockInferred)
        .containsExactly(false, true, true, false, false);
    assertThat(events.pages())
        .extracting(Page::getBlock)
        .containsExactly("pc.ram", "pc.ram", "pc.ram", "vga.vram", "vga.vram");
  }

  @Test
  void afterDamageABlockThatCannotHoldAPageIsNotInferredForIt() {
    byte[] bytes =
        stream()
            .ramSetup()
            .ramPart(ram ->
                ram.page("vga.vram", 0, 1)
                    .page("pc.ram", 0x80_0000, 2)
                    .page(0x80_1000, 3)
                    .page(0x1000, 4)
                    .page("pc.ram", 0x80_2000, 5))
            .bytes();
    Event second = Parsing.stream(bytes).of(Kind.PAGE).get(1);
    bytes[(int) second.getStreamOffset() + 9] = 0;

    Events events = Parsing.stream(bytes);

    assertThat(events.pages())
        .extracting(Page::getBlock)
        .as("0x801000 is too large for vga.vram, and what follows is in the same block")
        .containsExactly("vga.vram", "", "", "pc.ram");
    assertThat(events.pages())
        .extracting(Page::getBlockInferred)
        .containsExactly(false, true, true, false);
  }

  @Test
  void memoryThatLooksLikeOnePageRecordIsNotTakenForStructure() {
    byte[] bytes =
        stream()
            .ramSetup()
            .ramPart(ram ->
                ram.page("pc.ram", 0, 1)
                    .u64(0x0000_0000_0000_1400L)
                    .zero(0x2000)
                    .filled(4096, 0x77)
                    .page(0x3000, 2)
                    .page(0x4000, 3))
            .bytes();

    Events events = Parsing.stream(bytes);

    assertThat(events.opaqueBytes()).isEqualTo(8 + 9 + 4096);
    assertThat(events.pages()).extracting(Page::getOffset).containsExactly(0L, 0x3000L, 0x4000L);
  }

  @Test
  void garbageOfSeveralMebibytesIsCutIntoPiecesAndTheStreamGoesOnBehindIt() {
    byte[] bytes = colo();
    Event request = Parsing.stream(bytes).of(Kind.COLO_MESSAGE).getFirst();
    int at = (int) request.getStreamOffset();
    byte[] garbage = new byte[(3 << 20) + 123];

    Events events = Parsing.stream(Damage.replace(bytes, at, at, garbage));

    assertThat(events.opaqueBytes()).isEqualTo(garbage.length);
    assertThat(events.of(Kind.OPAQUE)).hasSize(4);
    assertThat(events.messages()).hasSize(6);
  }

  @Test
  void aCaptureWithDamageInEachCheckpointLosesNothingButThePagesThatWereHit() {
    byte[] bytes = Captures.stream("7.2-colo-verify-kvm").read();
    Events sound = Parsing.stream(bytes);
    List<Event> ends =
        sound.of(Kind.SECTION_START).stream()
            .filter(event -> event.getSection().getName().equals("ram"))
            .filter(event -> Events.wire(event)[0] == 3)
            .toList();
    for (Event end : ends) {
      bytes[(int) end.getStreamOffset() + HEAD + 7] ^= (byte) 0xff;
    }

    Events damaged = Parsing.stream(bytes);

    assertThat(ends).hasSizeGreaterThan(10);
    assertThat(damaged.opaqueBytes()).isLessThanOrEqualTo(ends.size() * (RAW_RECORD + 20L));
    assertThat(damaged.messages()).isEqualTo(sound.messages());
    assertThat(damaged.of(Kind.DEVICE_STATE)).hasSameSizeAs(sound.of(Kind.DEVICE_STATE));
    assertThat(damaged.pages().size()).isEqualTo(sound.pages().size() - ends.size());
  }

  /** Lines of the events from an offset on; what damage may change behind it is left out. */
  private static List<String> linesFrom(long offset, Events events) {
    List<String> lines = events.lines();
    return events.all().stream()
        .filter(event -> event.getStreamOffset() >= offset)
        .filter(event -> event.getKind() != Kind.VM_DESCRIPTION)
        .map(event -> lines.get(events.all().indexOf(event)))
        .map(
            line -> line.replaceFirst("(true|false)$|\"type\": \"(START|PART|END|UNKNOWN)\", ", ""))
        .toList();
  }

  /**
   * Initial migration and two checkpoints; in both, pages and the devices {@code ide} and {@code
   * cpu}.
   */
  private static byte[] colo() {
    return stream()
        .enableColo()
        .ramSetup()
        .ramPart(ram ->
            ram.page("vga.vram", 0, 0xb0)
                .page(0x1000, 0xb1)
                .page(0x2000, 0xb2)
                .zeros(0x3000, 30)
                .page("vga.vram", 0x4_0000, 0xb3))
        .ramEnd(ram -> ram.page("pc.ram", 0x1000, 0xb4).page(0x2000, 0xb5))
        .with(ResynchronisationTest::devices)
        .eof()
        .description()
        .checkpoint(ResynchronisationTest::dirtyPages, ResynchronisationTest::devices)
        .checkpoint(ResynchronisationTest::dirtyPages, ResynchronisationTest::devices)
        .bytes();
  }

  private static void dirtyPages(MigrationStreamBuilder ram) {
    ram.page("pc.ram", 0x4000, 0xc0).page(0x5000, 0xc1).page(0x6000, 0xc2);
  }

  private static void devices(MigrationStreamBuilder sections) {
    sections.device(5, "ide", state(IDE)).device(6, "cpu", state(CPU));
  }
}
