package org.colotape.recorder.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.colotape.recorder.fixture.MigrationStreamBuilder.COMPRESS_PAGE;
import static org.colotape.recorder.fixture.MigrationStreamBuilder.CONTINUE;
import static org.colotape.recorder.fixture.MigrationStreamBuilder.MULTIFD_FLUSH;
import static org.colotape.recorder.fixture.MigrationStreamBuilder.PAGE;
import static org.colotape.recorder.fixture.MigrationStreamBuilder.XBZRLE;
import static org.colotape.recorder.fixture.MigrationStreamBuilder.ZERO;
import static org.colotape.recorder.fixture.MigrationStreamBuilder.stream;

import java.util.Arrays;
import java.util.function.Consumer;
import org.colotape.recorder.fixture.Events;
import org.colotape.recorder.fixture.MigrationStreamBuilder;
import org.colotape.recorder.fixture.Parsing;
import org.colotape.recorder.fixture.SampleStreams;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.Page;
import org.colotape.schema.event.PageEncoding;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** WIRE-FORMAT section 2: each record of a RAM section is one event that says what it is. */
class RamRecordsTest {
  @Test
  void aPageIsSentAsItIs() {
    Events events = records(ram -> ram.page("pc.ram", 0x7000, 0xab));

    assertThat(events.only(Kind.PAGE).getPage())
        .isEqualTo(new Page("pc.ram", 0x7000L, 4096, 1, PageEncoding.RAW, 8 + 1 + 6, false, null));
    assertThat(contents(events.only(Kind.PAGE))).hasSize(4096).containsOnly(0xab);
  }

  @Test
  void aPageOfOneByteOtherThanZeroIsAFill() {
    Events events = records(ram -> ram.page("pc.ram", 0, 1).fill(0x1000, 0x5a));

    assertThat(events.pages().get(1))
        .isEqualTo(new Page("pc.ram", 0x1000L, 4096, 1, PageEncoding.FILL, 8, false, null));
    assertThat(contents(events.of(Kind.PAGE).get(1))).containsExactly(0x5a);
  }

  @Test
  void anXbzrlePageCarriesItsDelta() {
    byte[] delta = {4, 2, 7, 7};
    Events events = records(ram -> ram.page("pc.ram", 0, 1).xbzrle(0x2000, delta));

    assertThat(events.pages().get(1))
        .isEqualTo(new Page("pc.ram", 0x2000L, 4096, 1, PageEncoding.XBZRLE, 8 + 3, false, null));
    assertThat(contents(events.of(Kind.PAGE).get(1))).isEqualTo(delta);
  }

  @Test
  void anXbzrlePageThatDidNotChangeHasAnEmptyDelta() {
    Events events = records(ram -> ram.page("pc.ram", 0, 1).xbzrle(0x2000, new byte[0]));

    assertThat(contents(events.of(Kind.PAGE).get(1))).isEmpty();
  }

  @Test
  void aCompressedPageCarriesItsZlibData() {
    byte[] data = SampleStreams.state(321);
    Events events = records(ram -> ram.page("pc.ram", 0, 1).compressed(0x3000, data));

    assertThat(events.pages().get(1))
        .isEqualTo(new Page("pc.ram", 0x3000L, 4096, 1, PageEncoding.ZLIB, 8 + 4, false, null));
    assertThat(contents(events.of(Kind.PAGE).get(1))).isEqualTo(data);
  }

  @ParameterizedTest
  @ValueSource(ints = {PAGE, ZERO, XBZRLE, COMPRESS_PAGE})
  void everyEncodingMayNameItsBlock(int flag) {
    Events events =
        records(ram -> {
          ram.page("vga.vram", 0, 1).word(0x4000, flag).name("pc.ram");
          switch (flag) {
            case PAGE -> ram.filled(4096, 3);
            case ZERO -> ram.u8(0);
            case XBZRLE -> ram.u8(1).u16(0);
            default -> ram.u32(1).u8(9);
          }
        });

    assertThat(events.opaque()).isEmpty();
    assertThat(events.pages().get(1).getBlock()).isEqualTo("pc.ram");
    assertThat(events.pages().get(1).getOffset()).isEqualTo(0x4000);
  }

  @Test
  void continueMeansTheBlockThatWasNamedLastAlsoInLaterSectionsAndCheckpoints() {
    Events events =
        Parsing.stream(
            stream()
                .enableColo()
                .ramSetup()
                .ramPart(ram -> ram.page("vga.vram", 0, 1))
                .ramPart(ram -> ram.page(0x1000, 2))
                .eof()
                .description()
                .checkpoint(ram -> ram.page(0x2000, 3), blob -> {})
                .bytes());

    assertThat(events.opaque()).isEmpty();
    assertThat(events.pages()).extracting(Page::getBlock).containsOnly("vga.vram");
    assertThat(events.pages()).extracting(Page::getBlockInferred).containsOnly(false);
  }

  @Test
  void aPageThatContinuesWithoutAnyBlockNamedBeforeIsOpaque() {
    Events events = records(ram -> ram.page(0x1000, 2));

    assertThat(events.opaque().getFirst().getReason())
        .isEqualTo("a page says 'same block as before', but none was named");
    assertThat(events.opaque().getFirst().getPath()).isEqualTo("ram section 2");
  }

  @Test
  void theWordThatEndsTheSectionAndMultifdFlushAreMarks() {
    Events events = records(ram -> ram.word(0, MULTIFD_FLUSH));

    assertThat(events.of(Kind.RAM_MARK))
        .extracting(event -> event.getMark().getFlags())
        .containsExactly(0x10, 0x200, 0x10);
  }

  @ParameterizedTest
  @ValueSource(ints = {PAGE | ZERO, 0x080, 0x001, XBZRLE | COMPRESS_PAGE, CONTINUE, 0x400})
  void anyOtherCombinationOfFlagsIsOpaque(int flags) {
    Events events = records(ram -> ram.page("pc.ram", 0, 1).word(0x1000, flags));

    assertThat(events.opaque().getFirst().getReason())
        .isEqualTo("no record of a RAM section has flags 0x" + Integer.toHexString(flags));
  }

  @Test
  void targetPageBitsSetTheSizeOfAllPages() {
    int size = 1 << 14;
    Events events =
        Parsing.stream(
            stream()
                .targetPageBits(14)
                .ramSetup()
                .ramPart(ram -> ram.page("pc.ram", size, 1).zeros(2L * size, 3).page(5L * size, 2))
                .bytes());

    assertThat(events.opaque()).isEmpty();
    assertThat(events.pages()).extracting(Page::getPageSize).containsOnly(size);
    assertThat(events.pages()).extracting(Page::getPages).containsExactly(1, 3, 1);
    assertThat(events.only(Kind.RAM_BLOCK_LIST).getBlocks().getPageSize()).isEqualTo(size);
  }

  @Test
  void pagesOutsideOfTheirBlockAndOfUnknownBlocksAreKeptAsTheStreamSaysThem() {
    Events events = records(ram -> ram.page("pc.ram", 1L << 40, 1).page("nowhere", 0, 2));

    assertThat(events.opaque()).isEmpty();
    assertThat(events.pages()).extracting(Page::getOffset).containsExactly(1L << 40, 0L);
    assertThat(events.pages()).extracting(Page::getBlock).containsExactly("pc.ram", "nowhere");
  }

  private static Events records(Consumer<MigrationStreamBuilder> records) {
    return Parsing.stream(stream().ramSetup().ramPart(records).bytes());
  }

  private static byte[] contents(Event page) {
    byte[] wire = Events.wire(page);
    return Arrays.copyOfRange(wire, page.getPage().getDataStart(), wire.length);
  }
}
