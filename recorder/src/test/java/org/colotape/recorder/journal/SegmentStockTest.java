package org.colotape.recorder.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.colotape.schema.event.Direction;
import org.colotape.schema.event.RecordingId;
import org.colotape.schema.event.RecordingStart;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Segments that are prepared before they are needed. */
class SegmentStockTest {
  private static final int SEGMENT = 400;
  private static final JournalLane MAIN = new JournalLane(0, Direction.PVM_TO_SVM);
  private static final JournalHead HEAD =
      new JournalHead(
          new RecordingId(new byte[16]),
          new RecordingStart("some", "test", List.of(), true, List.of(), false),
          0,
          1,
          "somewhere");

  @TempDir private Path journals;

  @Test
  void aJournalUsesWhatIsReadyAndGoesOnWithout() throws IOException {
    try (SegmentStock stock = stock(2);
        JournalFolder folder = JournalFolder.create(journals, HEAD, stock)) {
      JournalWriter writer = new JournalWriter(folder, SEGMENT, Long.MAX_VALUE);
      assertThat(ready()).hasSize(1);
      List<String> written = write(writer, 40);
      assertThat(ready()).isEmpty();
      assertThat(folder.segments()).hasSizeGreaterThan(3);

      try (JournalReader reader = JournalReader.behind(folder, writer)) {
        assertThat(read(reader)).isEqualTo(written);
      }
      writer.close(true, "over");
    }
    assertThat(reread()).hasSize(41).last().isEqualTo("over");
  }

  @Test
  void aSegmentWithASuccessorEndsWithItsLastRecord() throws IOException {
    try (SegmentStock stock = stock(1);
        JournalFolder folder = JournalFolder.create(journals, HEAD, stock)) {
      JournalWriter writer = new JournalWriter(folder, SEGMENT / 2, Long.MAX_VALUE);
      write(writer, 10);

      assertThat(Files.size(folder.segment(1))).isLessThan(SEGMENT);
      assertThat(folder.bytes()).isEqualTo(sizes(folder));
      writer.close();
    }
  }

  /** A record that was being written when its writer was killed ends anywhere, before zeros. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void aJournalThatWasTornInAPreparedSegmentHoldsAllRecordsBeforeThat(long seed)
      throws IOException {
    List<String> written;
    try (SegmentStock stock = stock(100);
        JournalFolder folder = JournalFolder.create(journals, HEAD, stock)) {
      written = write(new JournalWriter(folder, SEGMENT, Long.MAX_VALUE), 30);
      zeroFrom(folder.segment(folder.segments().getLast()), new Random(seed).nextInt(SEGMENT + 1));
    }

    List<String> left = reread();

    assertThat(left).isEqualTo(written.subList(0, left.size()));
    assertThat(left).hasSizeGreaterThan(written.size() - 20);
  }

  @Test
  void aSegmentThatIsNotNeededAnyMoreIsReadyAgainAndAllZeros() throws IOException {
    try (SegmentStock stock = stock(2);
        JournalFolder folder = JournalFolder.create(journals, HEAD, stock)) {
      write(new JournalWriter(folder, SEGMENT, Long.MAX_VALUE), 40);
      assertThat(ready()).isEmpty();

      folder.trim(1);
      folder.trim(2);
      folder.trim(3);

      assertThat(ready()).hasSize(2);
      for (Path segment : ready()) {
        assertThat(Files.readAllBytes(segment)).isEqualTo(new byte[SEGMENT]);
      }
    }
  }

  @Test
  void aSegmentThatCannotBePreparedAgainIsDeleted() throws IOException {
    try (SegmentStock stock = stock(1);
        JournalFolder folder = JournalFolder.create(journals, HEAD, stock)) {
      write(new JournalWriter(folder, SEGMENT, Long.MAX_VALUE), 40);
      Path prepared = journals.resolve("~prepared-1");
      Files.delete(prepared.resolve("lock"));
      Files.delete(prepared);

      folder.trim(1);

      assertThat(folder.segment(1)).doesNotExist();
      assertThat(stock.take(journals.resolve("taken"))).isFalse();
      Files.createDirectory(prepared);
    }
  }

  @Test
  void theNextRecordingUsesTheSegmentsOfTheLast() throws IOException {
    try (SegmentStock stock = stock(2)) {
      JournalFolder folder = JournalFolder.create(journals, HEAD, stock);
      write(new JournalWriter(folder, SEGMENT, Long.MAX_VALUE), 40);

      folder.delete();

      assertThat(ready()).hasSize(2);
    }
  }

  @Test
  void twoRecordersHaveTheirOwn() throws IOException {
    try (SegmentStock one = stock(2);
        SegmentStock other = stock(3)) {
      assertThat(ready()).hasSize(5);
      assertThat(one.take(journals.resolve("taken"))).isTrue();
      assertThat(other.take(journals.resolve("taken-too"))).isTrue();
      assertThat(ready()).hasSize(3);
    }
  }

  @Test
  void whatAKilledRecorderHadPreparedIsDeletedAndWhatARunningOneHasIsNot() throws IOException {
    Path killed = Files.createDirectories(journals.resolve("~prepared-2"));
    try (SegmentStock _ = stock(1)) {
      Files.writeString(killed.resolve("00000009.segment"), "half prepared");

      SegmentStock.deleteLeft(journals);

      assertThat(ready()).containsExactly(journals.resolve("~prepared-1/00000001.segment"));
    }
  }

  @Test
  void aStockThatIsClosedLeavesNoSegments() throws IOException {
    SegmentStock stock = stock(2);
    JournalFolder folder = JournalFolder.create(journals, HEAD, stock);
    new JournalWriter(folder, SEGMENT, Long.MAX_VALUE).close();

    stock.close();
    folder.delete();

    assertThat(ready()).isEmpty();
    assertThat(folder.path()).doesNotExist();
  }

  @Test
  void whatIsPreparedIsNoJournal() {
    try (SegmentStock _ = stock(1)) {
      assertThat(JournalFolder.all(journals)).isEmpty();
    }
  }

  private SegmentStock stock(int segments) {
    return SegmentStock.prepare(journals, SEGMENT, (segments - 1L) * SEGMENT + 1);
  }

  private List<Path> ready() throws IOException {
    try (Stream<Path> files = Files.walk(journals)) {
      return files
          .filter(file -> file.toString().contains("~prepared-"))
          .filter(file -> file.toString().endsWith(".segment"))
          .toList();
    }
  }

  private static List<String> write(JournalWriter writer, int records) {
    List<String> texts =
        IntStream.range(0, records).mapToObj("record %05d of some length"::formatted).toList();
    for (String text : texts) {
      writer.bytes(MAIN, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }
    return texts;
  }

  private static List<String> read(JournalReader reader) {
    List<String> texts = new ArrayList<>();
    for (JournalRecord record = reader.next(); record != null; record = reader.next()) {
      texts.add(record.text());
    }
    return texts;
  }

  /** What a recorder finds that resumes. */
  private List<String> reread() {
    JournalFolder left = Objects.requireNonNull(JournalFolder.open(journals.resolve("some")));
    try (left;
        JournalReader reader = JournalReader.left(left)) {
      return read(reader);
    }
  }

  private static void zeroFrom(Path segment, int position) throws IOException {
    try (FileChannel file = FileChannel.open(segment, StandardOpenOption.WRITE)) {
      file.write(ByteBuffer.allocate(SEGMENT), position);
    }
  }

  private static long sizes(JournalFolder folder) throws IOException {
    long sizes = 0;
    for (long number : folder.segments()) {
      sizes += Files.size(folder.segment(number));
    }
    return sizes;
  }
}
