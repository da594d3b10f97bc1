package org.colotape.recorder.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.colotape.recorder.fixture.MigrationStreamBuilder.stream;
import static org.colotape.recorder.fixture.SampleStreams.state;

import org.colotape.recorder.fixture.Events;
import org.colotape.recorder.fixture.Parsing;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.Section;
import org.colotape.schema.event.SectionType;
import org.junit.jupiter.api.Test;

/** WIRE-FORMAT section 1: heads and footers of sections. */
class SectionsTest {
  @Test
  void startAndFullIntroduceASectionPartAndEndReferToItById() {
    Events events =
        Parsing.stream(
            stream()
                .ramSetup()
                .ramPart(ram -> {})
                .ramEnd(ram -> {})
                .sectionHead(4, 9, "0000:00:02.0/vga", 3, 2)
                .raw(state(10))
                .footer(9)
                .eof()
                .bytes());

    assertThat(events.opaque()).isEmpty();
    assertThat(events.of(Kind.SECTION_START))
        .extracting(Event::getSection)
        .containsExactly(
            new Section(SectionType.START, 2L, "ram", 0L, 4L, 0L),
            new Section(SectionType.PART, 2L, "ram", 0L, 4L, 0L),
            new Section(SectionType.END, 2L, "ram", 0L, 4L, 0L),
            new Section(SectionType.FULL, 9L, "0000:00:02.0/vga", 3L, 2L, 0L));
    assertThat(events.of(Kind.SECTION_END))
        .extracting(event -> event.getSection().getId())
        .containsExactly(2L, 2L, 2L, 9L);
  }

  @Test
  void aStreamWithoutFootersHasNone() {
    Events events =
        Parsing.stream(
            stream()
                .withoutFooters()
                .ramSetup()
                .ramPart(ram -> ram.page("pc.ram", 0, 1))
                .ramEnd(ram -> {})
                .eof()
                .description()
                .bytes());

    assertThat(events.opaque()).isEmpty();
    assertThat(events.of(Kind.SECTION_END)).isEmpty();
    assertThat(events.pages()).hasSize(1);
  }

  @Test
  void withoutFootersTheStateOfAllDevicesIsOnePieceUnderTheFirstOnesName() {
    Events events =
        Parsing.stream(
            stream()
                .withoutFooters()
                .ramSetup()
                .device(5, "timer", state(50))
                .device(6, "cpu", state(60))
                .eof()
                .description()
                .bytes());

    assertThat(events.opaque()).isEmpty();
    assertThat(events.only(Kind.DEVICE_STATE).getSection().getName()).isEqualTo("timer");
    assertThat(events.only(Kind.DEVICE_STATE).getWire().remaining())
        .isEqualTo(50 + (1 + 4 + 1 + 3 + 8) + 60);
    assertThat(events.kinds()).endsWith(Kind.END_OF_SECTIONS, Kind.VM_DESCRIPTION);
  }

  @Test
  void aFirstFooterThatIsDamagedDoesNotMakeAStreamOneWithoutFooters() {
    byte[] bytes =
        stream()
            .ramSetup()
            .ramPart(ram -> ram.page("pc.ram", 0, 1))
            .device(5, "timer", state(9))
            .bytes();
    bytes[stream().ramSetup().position() - 5] = 0x33;

    Events events = Parsing.stream(bytes);

    assertThat(events.opaque().getFirst().getReason()).isEqualTo("no footer behind ram section 2");
    assertThat(events.pages()).hasSize(1);
    assertThat(events.of(Kind.SECTION_END))
        .extracting(event -> event.getSection().getName())
        .containsExactly("ram", "timer");
  }

  @Test
  void aFooterOfAnotherSectionIsOpaque() {
    Events events =
        Parsing.stream(
            stream().sectionHead(1, 2, "ram", 0, 4).word(0, 0x10).u8(0x7e).u32(3).bytes());

    assertThat(events.opaque().getFirst().getReason())
        .isEqualTo("footer of section 3 behind ram section 2");
  }

  @Test
  void aPartOfASectionThatWasNeverIntroducedIsOpaque() {
    Events events = Parsing.stream(stream().ramSetup().sectionHead(2, 77).bytes());

    assertThat(events.opaque().getFirst().getReason())
        .isEqualTo("section 77 goes on but never began");
  }

  @Test
  void aPartOfASectionThatWasWholeIsOpaque() {
    Events events =
        Parsing.stream(
            stream()
                .ramSetup()
                .device(5, "timer", state(9))
                .ramPart(ram -> ram.page("pc.ram", 0, 1))
                .sectionHead(2, 5)
                .zero("pc.ram", 0)
                .zero(0x1000)
                .endOfRam()
                .bytes());

    assertThat(events.opaque().getFirst().getReason())
        .isEqualTo("section 5 goes on but never began");
    assertThat(events.opaqueBytes()).isEqualTo(5);
    assertThat(events.pages()).hasSize(2);
  }

  @Test
  void aSectionWhoseNameIsNotTextIsOpaque() {
    Events events = Parsing.stream(stream().ramSetup().sectionHead(4, 7, "t\u0001x", 0, 1).bytes());

    assertThat(events.opaque().getFirst().getReason())
        .isEqualTo("the id string of a section is not text");
  }

  @Test
  void aTypeByteThatNoElementHasIsOpaque() {
    Events events = Parsing.stream(stream().ramSetup().u8(0x42).bytes());

    assertThat(events.opaque().getFirst().getReason())
        .isEqualTo("no element begins with byte 0x42");
    assertThat(events.opaque().getFirst().getPath()).isEqualTo("between sections");
  }
}
