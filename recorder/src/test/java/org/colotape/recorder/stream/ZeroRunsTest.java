package org.colotape.recorder.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.colotape.recorder.fixture.MigrationStreamBuilder.MULTIFD_FLUSH;
import static org.colotape.recorder.fixture.MigrationStreamBuilder.stream;

import java.util.function.Consumer;
import org.assertj.core.groups.Tuple;
import org.colotape.recorder.fixture.Events;
import org.colotape.recorder.fixture.MigrationStreamBuilder;
import org.colotape.recorder.fixture.Parsing;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.Page;
import org.colotape.schema.event.PageEncoding;
import org.colotape.schema.layout.PageRegion;
import org.junit.jupiter.api.Test;

/** Consecutive zero pages of one block are one event, as long as a page's partition allows. */
class ZeroRunsTest {
  private static final int PAGE = 4096;
  private static final long REGION = (long) PageRegion.PAGES * PAGE;

  @Test
  void consecutiveZeroPagesAreOneEventThatBeginsWithTheNamedOne() {
    Events events = records(ram -> ram.zero("pc.ram", 0x1000).zeros(0x2000, 9));

    assertThat(events.only(Kind.PAGE).getPage())
        .isEqualTo(new Page("pc.ram", 0x1000L, PAGE, 10, PageEncoding.ZERO, 8 + 7, false, null));
    assertThat(events.only(Kind.PAGE).getWire().remaining()).isEqualTo(8 + 7 + 1 + 9 * 9);
  }

  @Test
  void aRunEndsAtTheEndOfItsPageRegion() {
    Events events =
        records(ram -> ram.zero("pc.ram", REGION - 3 * PAGE).zeros(REGION - 2 * PAGE, 1000));

    assertThat(runs(events))
        .containsExactly(
            tuple("pc.ram", REGION - 3 * PAGE, 3),
            tuple("pc.ram", REGION, PageRegion.PAGES),
            tuple("pc.ram", 2 * REGION, 1001 - 3 - PageRegion.PAGES));
  }

  @Test
  void aRunEndsAtAGap() {
    Events events = records(ram -> ram.zero("pc.ram", 0).zero(0x1000).zero(0x3000));

    assertThat(runs(events)).containsExactly(tuple("pc.ram", 0L, 2), tuple("pc.ram", 0x3000L, 1));
  }

  @Test
  void aRunEndsWhereTheSamePageComesAgain() {
    Events events = records(ram -> ram.zero("pc.ram", 0).zero(0x1000).zero(0x1000).zero(0));

    assertThat(runs(events))
        .containsExactly(
            tuple("pc.ram", 0L, 2), tuple("pc.ram", 0x1000L, 1), tuple("pc.ram", 0L, 1));
  }

  @Test
  void aRunEndsWhereAnotherBlockIsNamed() {
    Events events = records(ram -> ram.zero("pc.ram", 0).zero("vga.vram", 0x1000).zero(0x2000));

    assertThat(runs(events)).containsExactly(tuple("pc.ram", 0L, 1), tuple("vga.vram", 0x1000L, 2));
  }

  @Test
  void aRunEndsAtAnotherFill() {
    Events events = records(ram -> ram.zero("pc.ram", 0).zero(0x1000).fill(0x2000, 1).zero(0x3000));

    assertThat(runs(events))
        .containsExactly(
            tuple("pc.ram", 0L, 2), tuple("pc.ram", 0x2000L, 1), tuple("pc.ram", 0x3000L, 1));
    assertThat(events.pages())
        .extracting(Page::getEncoding)
        .containsExactly(PageEncoding.ZERO, PageEncoding.FILL, PageEncoding.ZERO);
  }

  @Test
  void aRunEndsAtAMultifdFlush() {
    Events events =
        records(ram -> ram.zero("pc.ram", 0).word(0, MULTIFD_FLUSH).zero(0x1000).zero(0x2000));

    assertThat(runs(events)).containsExactly(tuple("pc.ram", 0L, 1), tuple("pc.ram", 0x1000L, 2));
  }

  @Test
  void aRunEndsWithItsSection() {
    Events events =
        Parsing.stream(
            stream()
                .ramSetup()
                .ramPart(ram -> ram.zero("pc.ram", 0))
                .ramPart(ram -> ram.zero(0x1000))
                .bytes());

    assertThat(runs(events)).containsExactly(tuple("pc.ram", 0L, 1), tuple("pc.ram", 0x1000L, 1));
  }

  @Test
  void aRunThatTheStreamEndsInIsKeptAsFarAsItsPagesAreWhole() {
    byte[] cut =
        stream().ramSetup().sectionHead(2, 2).zero("pc.ram", 0).zero(0x1000).u32(0).bytes();

    Events events = Parsing.stream(cut);

    assertThat(runs(events)).containsExactly(tuple("pc.ram", 0L, 2));
    assertThat(events.opaqueBytes()).isEqualTo(4);
    assertThat(events.end().getAtBoundary()).isFalse();
  }

  private static Events records(Consumer<MigrationStreamBuilder> records) {
    Events events = Parsing.stream(stream().ramSetup().ramPart(records).bytes());
    assertThat(events.of(Kind.OPAQUE)).extracting(Event::getOpaque).isEmpty();
    return events;
  }

  private static Iterable<Tuple> runs(Events events) {
    return events.pages().stream()
        .map(page -> tuple(page.getBlock(), page.getOffset(), page.getPages()))
        .toList();
  }
}
