package org.colotape.recorder.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.colotape.recorder.fixture.MigrationStreamBuilder.MEM_SIZE;
import static org.colotape.recorder.fixture.MigrationStreamBuilder.empty;
import static org.colotape.recorder.fixture.MigrationStreamBuilder.stream;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.colotape.recorder.fixture.Chunking;
import org.colotape.recorder.fixture.Damage;
import org.colotape.recorder.fixture.Events;
import org.colotape.recorder.fixture.MigrationStreamBuilder;
import org.colotape.recorder.fixture.Parsing;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.Page;
import org.colotape.schema.event.PageEncoding;
import org.colotape.schema.event.RamBlock;
import org.colotape.schema.log.StreamBytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * WIRE-FORMAT section 2: mapped-ram files, in which the memory stands between the list's entries.
 */
class MappedRamTest {
  private static final int PAGE = 4096;
  private static final long MIB = 1L << 20;

  /** Length of an entry for a block with a name of three letters. */
  private static final long ENTRY = 1 + 3 + 8 + 28;

  private static final String CAPABILITY = "mapped-ram";

  @Test
  void entryBitmapPaddingAndPagesOfEachBlockComeInTheOrderOfTheFile() {
    Events events = Parsing.stream(file());

    assertThat(events.opaque()).isEmpty();
    assertThat(events.end().getAtBoundary()).isTrue();
    assertThat(events.kinds())
        .containsExactly(
            Kind.STREAM_HEADER,
            Kind.CONFIGURATION,
            Kind.SECTION_START,
            Kind.RAM_BLOCK_LIST,
            Kind.PAGE_BITMAP,
            Kind.PADDING,
            Kind.PAGE,
            Kind.PADDING,
            Kind.PAGE,
            Kind.RAM_BLOCK_LIST,
            Kind.PAGE_BITMAP,
            Kind.PADDING,
            Kind.PAGE,
            Kind.RAM_MARK,
            Kind.SECTION_END,
            Kind.END_OF_SECTIONS,
            Kind.VM_DESCRIPTION);
  }

  @Test
  void eachEntryIsAListOfItsOwnUnderTheTotalOfAll() {
    Events events = Parsing.stream(file());

    assertThat(events.of(Kind.RAM_BLOCK_LIST))
        .extracting(event -> event.getBlocks().getTotalLength())
        .containsExactly(5L * PAGE, 5L * PAGE);
    assertThat(events.of(Kind.RAM_BLOCK_LIST).getLast().getBlocks().getBlocks())
        .containsExactly(
            new RamBlock(
                "vga",
                (long) PAGE,
                0L,
                -1L,
                events.of(Kind.PAGE_BITMAP).getLast().getStreamOffset(),
                events.of(Kind.PAGE).getLast().getStreamOffset()));
  }

  @Test
  void onlyPagesThatTheBitmapHasAreWrites() {
    Events events = Parsing.stream(file());

    assertThat(events.pages())
        .containsExactly(page("ram", 0), page("ram", 3 * PAGE), page("vga", 0));
    assertThat(events.of(Kind.PAGE))
        .extracting(event -> event.getWire().get(0))
        .containsExactly((byte) 7, (byte) 8, (byte) 9);
  }

  @Test
  void zerosBetweenAreCountedAndNotKept() {
    Events events = Parsing.stream(file());

    Event absent = events.of(Kind.PADDING).get(1);
    assertThat(absent.getPadding().getLength()).isEqualTo(2 * PAGE);
    assertThat(absent.getWire().hasRemaining()).isFalse();
    assertThat(events.wire()).isEqualTo(file());
  }

  @Test
  void otherBytesWhereNoPageIsPresentAreKept() {
    byte[] bytes = file();
    int absent = (int) Parsing.stream(bytes).of(Kind.PADDING).get(1).getStreamOffset();
    bytes[absent + PAGE + 5] = 1;

    Events events = Parsing.stream(bytes);

    assertThat(events.of(Kind.PADDING))
        .extracting(StreamBytes::hole)
        .endsWith((long) PAGE, 0L, events.of(Kind.PADDING).getLast().getPadding().getLength());
    assertThat(events.pages()).hasSize(3);
    assertThat(events.wire()).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 1000, 4096, 70_000})
  void eventsDoNotDependOnTheChunking(int chunk) {
    assertThat(Parsing.stream(file(), Chunking.of(chunk)).lines())
        .isEqualTo(Parsing.stream(file()).lines());
  }

  @Test
  void aFileWhoseStreamDoesNotStateTheCapabilityIsReadIfTheUserDoes() {
    byte[] bytes = content(empty().header()).bytes();

    Events told = Parsing.stream(bytes, Chunking.whole(), List.of(CAPABILITY));

    assertThat(told.opaque()).isEmpty();
    assertThat(told.pages()).hasSize(3);
    assertThat(Parsing.stream(bytes).pages()).isEmpty();
  }

  @Test
  void theEntryTellsThePageSizeOfAStreamThatStatesNone() {
    byte[] bytes =
        ram(stream().capabilities(CAPABILITY).pageSize(8192), 2 * 8192)
            .mappedBlock("ram", 1, 2)
            .endOfRam()
            .bytes();

    assertThat(Parsing.stream(bytes).pages()).extracting(Page::getPageSize).containsOnly(8192);
  }

  @Test
  void aBitmapIsCutIntoPiecesOfOneMebibyte() {
    int pages = 9 << 20;
    MigrationStreamBuilder head = ram(stream().capabilities(CAPABILITY), (long) pages * PAGE);
    long bitmap = head.position() + ENTRY;
    byte[] bytes =
        head.mappedEntry("ram", (long) pages * PAGE, 1, PAGE, bitmap, 2 * MIB)
            .filled(pages / 8, 0xff)
            .bytes();

    Events events = Parsing.stream(bytes);

    assertThat(events.of(Kind.PAGE_BITMAP))
        .extracting(event -> event.getBitmap().getPosition())
        .containsExactly(0L, MIB);
  }

  @Test
  void aStreamBehindSomethingElseInItsFileIsFoundByItsFirstEntry() {
    long before = 3 << 12;
    MigrationStreamBuilder head = ram(stream().capabilities(CAPABILITY), PAGE);
    long bitmap = head.position() + ENTRY;
    byte[] bytes =
        head.mappedEntry("ram", PAGE, 1, PAGE, bitmap + before, MIB)
            .raw(new byte[] {1, 0, 0, 0, 0, 0, 0, 0})
            .with(b -> b.filled((int) (MIB - before) - b.position(), 0))
            .filled(PAGE, 5)
            .endOfRam()
            .bytes();

    Events events = Parsing.stream(bytes);

    assertThat(events.opaque()).isEmpty();
    assertThat(events.only(Kind.PAGE).getStreamOffset()).isEqualTo(MIB - before);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 4096, 4096, -1, 1048576, has its bitmap not behind its entry",
    "2, 4096, 4096, 0, 1048576, version 2",
    "1, 4097, 4096, 0, 1048576, has a length of 4097",
    "1, 4096, 3000, 0, 1048576, a page size of 3000 bytes",
    "1, 4096, 0, 0, 1048576, a page size of 0 bytes",
    "1, 4096, 4096, 0, 0, has its pages not behind its bitmap",
    "1, 4096, 4096, 0, 1048577, has its pages not behind its bitmap",
    "1, 4096, 4096, 0, 9223372036853727232, has its pages not behind its bitmap",
    "1, 9223372036854771712, 4096, 0, 1048576, has a length of"
  })
  void anEntryThatNoQemuWritesIsOpaqueAndSaysWhy(
      int version, long used, long pageSize, long bitmapAt, long pages, String why) {
    MigrationStreamBuilder head = ram(stream().capabilities(CAPABILITY), used + PAGE - 1 & -PAGE);
    long bitmap = head.position() + ENTRY + bitmapAt;
    byte[] bytes =
        head.mappedEntry("ram", used, version, pageSize, bitmap, pages)
            .filled(2000, 0)
            .endOfRam()
            .eof()
            .description()
            .bytes();

    Events events = Parsing.stream(bytes);

    assertThat(events.opaque().getFirst().getReason()).contains(why);
    assertThat(events.pages()).isEmpty();
    assertThat(events.wire()).isEqualTo(bytes);
  }

  @Test
  void aSecondEntryThatPointsBackIntoTheFirstBlockIsOpaque() {
    byte[] bytes = file();
    Event second = Parsing.stream(bytes).of(Kind.RAM_BLOCK_LIST).getLast();
    int offsets = (int) second.getStreamOffset() + 1 + 3 + 8 + 4 + 8;
    ByteBuffer.wrap(bytes).putLong(offsets, 200).putLong(offsets + 8, MIB);

    Events events = Parsing.stream(bytes);

    assertThat(events.opaque().getFirst().getReason())
        .isEqualTo("mapped-ram block vga has its bitmap not behind its entry but at offset 200");
    assertThat(events.pages()).containsExactly(page("ram", 0), page("ram", 3 * PAGE));
    assertThat(events.wire()).isEqualTo(bytes);
  }

  @Test
  void aFileThatIsCutKeepsWhatCameBefore() {
    byte[] bytes = file();
    for (Event event : Parsing.stream(bytes).all()) {
      int at = (int) (event.getStreamOffset() + StreamBytes.length(event) / 2);

      Events events = Parsing.stream(Arrays.copyOf(bytes, at));

      assertThat(events.length()).isEqualTo(at);
      assertThat(events.wire()).isEqualTo(Arrays.copyOf(bytes, at));
    }
  }

  @Test
  void aHoleOfAnyLengthIsOneEvent() {
    int[] fills = new int[2000];
    fills[1999] = 1;
    byte[] bytes =
        ram(stream().capabilities(CAPABILITY), 2000L * PAGE).mappedBlock("ram", fills).bytes();

    Events events = Parsing.stream(bytes, Chunking.random(4));

    assertThat(events.of(Kind.PADDING))
        .hasSize(2)
        .last()
        .extracting(event -> event.getPadding().getLength())
        .isEqualTo(1999L * PAGE);
  }

  @Test
  void aFileInsideOfAPackageIsOpaque() {
    byte[] bytes =
        stream()
            .capabilities(CAPABILITY)
            .packaged(inner -> ram(inner, PAGE).mappedBlock("ram", 1).endOfRam())
            .bytes();

    assertThat(Parsing.stream(bytes).opaque().getFirst().getReason())
        .isEqualTo("a mapped-ram file inside of a package or blob");
  }

  @Test
  void damageInAnEntryIsPassedOverUpToTheEndOfTheSection() {
    byte[] bytes = file();
    int entry = (int) Parsing.stream(bytes).of(Kind.RAM_BLOCK_LIST).getFirst().getStreamOffset();

    Events events = Parsing.stream(Damage.replace(bytes, entry + 8, entry + 9, new byte[] {0}));

    assertThat(events.opaque()).isNotEmpty();
    assertThat(events.kinds())
        .endsWith(Kind.SECTION_END, Kind.END_OF_SECTIONS, Kind.VM_DESCRIPTION);
  }

  @ParameterizedTest
  @EnumSource(Damage.class)
  void aFileThatIsDamagedAnywhereIsKeptAsItIs(Damage damage) {
    Events sound = Parsing.stream(file());
    for (long seed = 0; seed < 12; seed++) {
      Random random = new Random(seed);
      byte[] damaged = damage.to(file(), sound, random);
      Chunking chunking = Chunking.random(random.nextLong());

      Events whole = Parsing.stream(damaged);

      assertThat(Arrays.equals(whole.wire(), damaged)).as("lossless, seed %d", seed).isTrue();
      assertThat(Parsing.stream(damaged, chunking).lines())
          .as("seed %d: %s", seed, chunking)
          .isEqualTo(whole.lines());
    }
  }

  private static byte[] file() {
    return content(stream().capabilities(CAPABILITY)).eof().description().bytes();
  }

  /** Blocks "ram" with pages 0 and 3 of 4, and "vga" with its only page. */
  private static MigrationStreamBuilder content(MigrationStreamBuilder head) {
    return ram(head, 5L * PAGE).mappedBlock("ram", 7, 0, 0, 8).mappedBlock("vga", 9).endOfRam();
  }

  private static MigrationStreamBuilder ram(MigrationStreamBuilder head, long total) {
    return head.sectionHead(1, 2, "ram", 0, 4).word(total, MEM_SIZE);
  }

  private static Page page(String block, long offset) {
    return new Page(block, offset, PAGE, 1, PageEncoding.RAW, 0, false, null);
  }
}
