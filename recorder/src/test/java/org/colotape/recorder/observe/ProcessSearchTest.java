package org.colotape.recorder.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.colotape.recorder.fixture.MigrationStreamBuilder;
import org.colotape.recorder.fixture.MigrationStreamBuilder.Block;
import org.colotape.recorder.journal.JournalFolder;
import org.colotape.recorder.journal.JournalHead;
import org.colotape.recorder.journal.JournalLane;
import org.colotape.recorder.journal.JournalWriter;
import org.colotape.recorder.observe.ProcessSearch.Result;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.event.Direction;
import org.colotape.schema.event.Memory;
import org.colotape.schema.event.RecordingId;
import org.colotape.schema.event.RecordingStart;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Blocks are looked for in this process, which stands for a QEMU. */
@Timeout(60)
class ProcessSearchTest {
  private static final int PAGE = 4096;
  private static final String TABLES = "/rom@etc/acpi/tables";
  private static final String BIOS = "pc.bios";
  private static final String EMPTY = "pc.rom";
  private static final String COPY = "copy.rom";
  private static final JournalLane MAIN = new JournalLane(0, Direction.PVM_TO_SVM);

  /** Contents of the pages of a block: a number in each byte, as the stream says it. */
  private static final int ONE = 21 + new Random().nextInt(50);

  private static final int TWO = ONE + 100;

  private final AnonymousMemory memory = new AnonymousMemory();
  private final JournalFolder journal;
  private final StreamFollower stream;

  ProcessSearchTest(@TempDir Path folder) throws InterruptedException {
    journal =
        JournalFolder.create(
            folder,
            new JournalHead(
                new RecordingId(new byte[16]),
                new RecordingStart("x", "test", List.of(), true, List.of(), false),
                0,
                1,
                "nowhere"));
    JournalWriter writer = new JournalWriter(journal, JournalWriter.SEGMENT_BYTES, Long.MAX_VALUE);
    writer.bytes(
        MAIN,
        ByteBuffer.wrap(
            MigrationStreamBuilder.stream()
                .enableColo()
                .ramSetup(
                    new Block(TABLES, 3 * PAGE),
                    new Block(BIOS, 2 * PAGE),
                    new Block(COPY, 2 * PAGE),
                    new Block(EMPTY, 5 * PAGE))
                .ramEnd(ram ->
                    ram.page(TABLES, 0, ONE)
                        .page(TABLES, PAGE, TWO)
                        .page(BIOS, 0, TWO)
                        .page(COPY, 0, TWO))
                .eof()
                .description()
                .bytes()));
    stream = new StreamFollower(journal, writer);
    assertThat(stream.await(writer.length(MAIN), 0, System.nanoTime() + 20_000_000_000L)).isTrue();
  }

  @BeforeEach
  void needsProc() {
    assertThat(Path.of("/proc/self/maps")).exists();
  }

  @AfterEach
  void close() {
    stream.close();
    journal.close();
    memory.close();
  }

  @Test
  void thePrimarysBlockIsFoundByWhatItHolds() throws IOException {
    memory.map(block(TWO, ONE, 0));
    memory.map(block(ONE, TWO, 0));

    Result found = find(Memory.PVM, TABLES);
    assertThat(found.certain()).isTrue();
    assertThat(contents(found, 3)).isEqualTo(block(ONE, TWO, 0));
  }

  @Test
  void theCacheHoldsAllThatWasSaidAndTheSecondarysOwnMemoryLessOfIt() throws IOException {
    memory.map(block(ONE, TWO, 0));
    memory.map(block(ONE, 7, 0)); // page 1 was thrown back

    assertThat(contents(find(Memory.CACHE, TABLES), 3)).isEqualTo(block(ONE, TWO, 0));
    assertThat(contents(find(Memory.SVM, TABLES), 3)).isEqualTo(block(ONE, 7, 0));
  }

  @Test
  void whileBothAreTheSameItDoesNotMatterWhichIsReadButItIsLookedForAgain() throws IOException {
    memory.map(block(ONE, TWO, 0));
    memory.map(block(ONE, TWO, 0));

    assertThat(find(Memory.SVM, TABLES).certain()).isFalse();
    assertThat(find(Memory.CACHE, TABLES).certain()).isFalse();
  }

  @Test
  void whereOnlyOneOfBothIsFoundNeitherIsGuessed() {
    memory.map(block(ONE, TWO, 0));

    for (Memory which : List.of(Memory.SVM, Memory.CACHE)) {
      assertThatThrownBy(() -> find(which, TABLES))
          .isInstanceOf(ColotapeException.class)
          .hasMessageContaining("only one memory of the process looks like block '" + TABLES + "'");
    }
  }

  @Test
  void aMonitorThatTellsWhereTheOwnMemoryIsLeavesOneForTheCache() throws IOException {
    long own = memory.map(block(ONE, TWO, 0));
    memory.map(block(ONE, TWO, 9));

    Result found = find(Memory.CACHE, TABLES, own);
    assertThat(found.certain()).isTrue();
    assertThat(contents(found, 3)).isEqualTo(block(ONE, TWO, 9));
  }

  @Test
  void aCacheThatHoldsNothingOfWhatWasSaidIsTheOnlyMemoryLeftOfItsLength() throws IOException {
    long own = memory.map(block(ONE, TWO, 0));
    memory.map(block(0, 0, 0));

    Result found = find(Memory.CACHE, TABLES, own);
    assertThat(found.certain()).isFalse();
    assertThat(contents(found, 3)).isEqualTo(block(0, 0, 0));
  }

  @Test
  void aCacheThatHasGrownTogetherWithOtherMemoryBeforeItIsLeftToo() throws IOException {
    long own = memory.map(block(ONE, TWO, 0));
    memory.mapBehind(3 * PAGE, block(0, 0, 9));

    Result found = find(Memory.CACHE, TABLES, own);
    assertThat(found.certain()).isFalse();
    assertThat(contents(found, 3)).isEqualTo(block(0, 0, 9));
  }

  @Test
  void ofTwoMemoriesThatAreLeftForTheCacheNoneIsChosen() {
    long own = memory.map(block(ONE, TWO, 0));
    memory.map(block(0, 0, 0));
    memory.map(block(0, 0, 9));

    assertThatThrownBy(() -> find(Memory.CACHE, TABLES, own))
        .isInstanceOf(ColotapeException.class)
        .hasMessageContaining("2 may be its cache by their length");
  }

  @Test
  void ofTwoBlocksOfOneLengthTheCachesAreLeftIfTheyHoldTheSame() throws IOException {
    long own = memory.map(block(TWO, ONE));
    memory.map(block(0, 0));
    long other = memory.map(block(0, 0));
    assertThat(contents(find(Memory.CACHE, BIOS, own), 2)).isEqualTo(block(0, 0));

    AnonymousMemory.write(other, new byte[] {1});
    assertThatThrownBy(() -> find(Memory.CACHE, BIOS, own))
        .isInstanceOf(ColotapeException.class)
        .hasMessageContaining("2 may be its cache by their length");
  }

  @Test
  void ofTwoBlocksOfOneLengthOneMemoryThatIsLeftIsOfEither() {
    long own = memory.map(block(TWO, ONE));
    memory.map(block(0, 0));

    assertThatThrownBy(() -> find(Memory.CACHE, BIOS, own))
        .isInstanceOf(ColotapeException.class)
        .hasMessageContaining("1 may be its cache by their length");
  }

  @Test
  void aMemoryThatIsLeftIsNotTakenForTheCacheWhileItIsNotKnownWhichIsTheVmsOwn() {
    memory.map(block(7, 7, 0));

    assertThatThrownBy(() -> find(Memory.CACHE, TABLES)).isInstanceOf(ColotapeException.class);
  }

  @Test
  void twoMemoriesThatLookLikeThePrimarysBlockAreNotChosenFrom() {
    memory.map(block(ONE, TWO, 0));
    memory.map(block(ONE, TWO, 5));

    assertThatThrownBy(() -> find(Memory.PVM, TABLES))
        .isInstanceOf(ColotapeException.class)
        .hasMessageContaining("more than one memory of the process looks like");
  }

  @Test
  void aBlockThatHoldsWhatAnotherOneHoldsIsNotTold() {
    memory.map(block(TWO, 0));

    assertThatThrownBy(() -> find(Memory.PVM, BIOS))
        .isInstanceOf(ColotapeException.class)
        .hasMessageContaining("block 'pc.bios' can't be told from block 'copy.rom', its equal");
  }

  @Test
  void zerosAreFoundIfAsManyMemoriesOfTheirLengthHoldThemAsMust() throws IOException {
    memory.map(new byte[5 * PAGE]);

    assertThat(find(Memory.PVM, EMPTY).certain()).isTrue();
  }

  @Test
  void zerosThatMayBeAnythingAreNotTold() {
    memory.map(new byte[5 * PAGE]);
    memory.map(new byte[5 * PAGE]);

    assertThatThrownBy(() -> find(Memory.PVM, EMPTY))
        .isInstanceOf(ColotapeException.class)
        .hasMessageContaining("2 memories of its length, not 1, hold nothing else");
  }

  @Test
  void zerosOfASecondaryOfWhichOneIsNoneAnyMoreAreNotTold() throws IOException {
    memory.map(new byte[5 * PAGE]);
    long other = memory.map(new byte[5 * PAGE]);
    assertThat(find(Memory.SVM, EMPTY).certain()).isFalse();

    AnonymousMemory.write(other, new byte[] {1});
    assertThatThrownBy(() -> find(Memory.SVM, EMPTY))
        .isInstanceOf(ColotapeException.class)
        .hasMessageContaining("1 memories of its length, not 2, hold nothing else");
  }

  private Result find(Memory which, String block, long... own) throws IOException {
    StringBuilder table = new StringBuilder();
    for (long address : own) {
      table.append("%s 4 KiB 0x0 0x0 0x0 0x%x ro\n".formatted(block, address));
    }
    long length = stream.digests().usedLengths().getOrDefault(block, 0L);
    LiveTarget target = LiveTarget.parse(which, "pid:" + ProcessHandle.current().pid());
    return new ProcessSearch(stream, target, block, length, new RamblockTable(table.toString()))
        .run();
  }

  private static byte[] contents(Result found, int pages) throws IOException {
    byte[] contents = new byte[pages * PAGE];
    try (BlockReader reader = found.reader()) {
      reader.read(0, contents, contents.length);
    }
    return contents;
  }

  private static byte[] block(int... fills) {
    byte[] block = new byte[fills.length * PAGE];
    for (int page = 0; page < fills.length; page++) {
      Arrays.fill(block, page * PAGE, (page + 1) * PAGE, (byte) fills[page]);
    }
    return block;
  }
}
