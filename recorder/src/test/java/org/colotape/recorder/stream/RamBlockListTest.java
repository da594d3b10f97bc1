package org.colotape.recorder.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.colotape.recorder.fixture.MigrationStreamBuilder.MEM_SIZE;
import static org.colotape.recorder.fixture.MigrationStreamBuilder.empty;
import static org.colotape.recorder.fixture.MigrationStreamBuilder.stream;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;
import org.colotape.recorder.fixture.Chunking;
import org.colotape.recorder.fixture.Events;
import org.colotape.recorder.fixture.MigrationStreamBuilder;
import org.colotape.recorder.fixture.Parsing;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.RamBlock;
import org.colotape.schema.event.RamBlockList;
import org.junit.jupiter.api.Test;

/** WIRE-FORMAT section 2: the block list and its fields that do not announce themselves. */
class RamBlockListTest {
  private static final long MIB = 1L << 20;

  @Test
  void theListStatesNameAndUsedLengthOfEachBlock() {
    RamBlockList list =
        listOf(
            stream(),
            ram ->
                ram.word(24 * MIB, MEM_SIZE)
                    .name("pc.ram")
                    .u64(16 * MIB)
                    .name("vga.vram")
                    .u64(8 * MIB));

    assertThat(list.getTotalLength()).isEqualTo(24 * MIB);
    assertThat(list.getPageSize()).isEqualTo(4096);
    assertThat(list.getBlocks())
        .containsExactly(
            new RamBlock("pc.ram", 16 * MIB, 0L, -1L, -1L, -1L),
            new RamBlock("vga.vram", 8 * MIB, 0L, -1L, -1L, -1L));
  }

  @Test
  void withIgnoreSharedEachBlockStatesItsAddress() {
    RamBlockList list =
        listOf(
            stream().capabilities("x-ignore-shared"),
            ram ->
                ram.word(3 * MIB, MEM_SIZE)
                    .name("pc.ram")
                    .u64(2 * MIB)
                    .u64(0)
                    .name("vga.vram")
                    .u64(MIB)
                    .u64(1L << 31));

    assertThat(list.getBlocks())
        .containsExactly(
            new RamBlock("pc.ram", 2 * MIB, 0L, 0L, -1L, -1L),
            new RamBlock("vga.vram", MIB, 0L, 1L << 31, -1L, -1L));
  }

  @Test
  void withPostcopyBlocksOfHugePagesStateTheirPageSize() {
    RamBlockList list =
        listOf(
            stream(),
            ram ->
                ram.word(9 * MIB, MEM_SIZE)
                    .name("huge")
                    .u64(4 * MIB)
                    .u64(2 * MIB)
                    .name("small")
                    .u64(MIB)
                    .name("last")
                    .u64(4 * MIB)
                    .u64(2 * MIB));

    assertThat(list.getBlocks())
        .extracting(RamBlock::getPageSize)
        .containsExactly(2 * MIB, 0L, 2 * MIB);
  }

  @Test
  void aListThatDoesNotAddUpIsOpaque() {
    Events events =
        Parsing.stream(
            stream()
                .sectionHead(1, 2, "ram", 0, 4)
                .word(2 * MIB, MEM_SIZE)
                .name("pc.ram")
                .u64(3 * MIB)
                .endOfRam()
                .bytes());

    assertThat(events.of(Kind.RAM_BLOCK_LIST)).isEmpty();
    assertThat(events.opaque().getFirst().getReason())
        .isEqualTo("the lengths in the RAM block list do not add up to its total");
  }

  @Test
  void aPageSizeThatPostcopyDidNotAnnounceIsNoneOfTheList() {
    Events events =
        Parsing.stream(
            stream()
                .with(b -> advise(b, 4096 | 1 << 30, 4096))
                .sectionHead(1, 2, "ram", 0, 4)
                .word(4 * MIB, MEM_SIZE)
                .name("huge")
                .u64(4 * MIB)
                .u64(2 * MIB)
                .endOfRam()
                .bytes());

    assertThat(events.only(Kind.RAM_BLOCK_LIST).getBlocks().getBlocks())
        .containsExactly(new RamBlock("huge", 4 * MIB, 0L, -1L, -1L, -1L));
    assertThat(events.opaque()).isNotEmpty();
  }

  @Test
  void aPageSizeThatPostcopyAnnouncedIsReadForItsBlock() {
    RamBlockList list =
        listOf(
            stream().with(b -> advise(b, 4096 | 1 << 21, 4096)),
            ram ->
                ram.word(5 * MIB, MEM_SIZE)
                    .name("huge")
                    .u64(4 * MIB)
                    .u64(2 * MIB)
                    .name("small")
                    .u64(MIB));

    assertThat(list.getBlocks()).extracting(RamBlock::getPageSize).containsExactly(2 * MIB, 0L);
  }

  @Test
  void postcopyAnnouncesThePageSizeOfTheStream() {
    RamBlockList list =
        listOf(
            stream().with(b -> advise(b, 1 << 13, 1 << 13)),
            ram -> ram.word(MIB, MEM_SIZE).name("ram").u64(MIB));

    assertThat(list.getPageSize()).isEqualTo(8192);
  }

  @Test
  void aCapabilityOfTheUserIsUsedWhereTheStreamStatesNone() {
    byte[] bytes =
        empty()
            .header()
            .sectionHead(1, 2, "ram", 0, 4)
            .word(MIB, MEM_SIZE)
            .name("pc.ram")
            .u64(MIB)
            .u64(1L << 32)
            .endOfRam()
            .bytes();

    Events told = Parsing.stream(bytes, Chunking.whole(), List.of("x-ignore-shared"));
    Events untold = Parsing.stream(bytes);

    assertThat(told.only(Kind.RAM_BLOCK_LIST).getBlocks().getBlocks())
        .containsExactly(new RamBlock("pc.ram", MIB, 0L, 1L << 32, -1L, -1L));
    assertThat(told.opaque()).isEmpty();
    assertThat(untold.only(Kind.RAM_BLOCK_LIST).getBlocks().getBlocks())
        .extracting(RamBlock::getAddress)
        .containsExactly(-1L);
  }

  private static void advise(MigrationStreamBuilder stream, long sizes, long pageSize) {
    stream.command(3, ByteBuffer.allocate(16).putLong(sizes).putLong(pageSize).array());
  }

  private static RamBlockList listOf(
      MigrationStreamBuilder stream, Consumer<MigrationStreamBuilder> list) {
    Events events =
        Parsing.stream(stream.sectionHead(1, 2, "ram", 0, 4).with(list).endOfRam().bytes());
    assertThat(events.opaque()).isEmpty();
    assertThat(events.kinds())
        .endsWith(Kind.SECTION_START, Kind.RAM_BLOCK_LIST, Kind.RAM_MARK, Kind.SECTION_END);
    return events.only(Kind.RAM_BLOCK_LIST).getBlocks();
  }
}
