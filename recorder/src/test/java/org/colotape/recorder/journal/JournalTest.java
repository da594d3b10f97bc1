package org.colotape.recorder.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.event.Closing;
import org.colotape.schema.event.Direction;
import org.colotape.schema.event.RecordingId;
import org.colotape.schema.event.RecordingStart;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JournalTest {
  private static final JournalLane MAIN = new JournalLane(0, Direction.PVM_TO_SVM);
  private static final JournalLane BACK = new JournalLane(0, Direction.SVM_TO_PVM);
  private static final JournalLane FURTHER = new JournalLane(1, Direction.PVM_TO_SVM);
  private static final JournalHead HEAD =
      new JournalHead(
          new RecordingId(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}),
          new RecordingStart("some", "test", List.of("a", "b"), true, List.of("x-colo"), false),
          42,
          3,
          "somewhere");

  @TempDir private Path journals;

  @Test
  void recordsComeBackInTheOrderOfTheirArrivalWhileTheyAreWritten() throws Exception {
    try (JournalFolder folder = JournalFolder.create(journals, HEAD)) {
      JournalWriter writer = new JournalWriter(folder, 100, Long.MAX_VALUE);
      try (JournalReader reader = JournalReader.behind(folder, writer)) {
        assertThat(reader.next()).isNull();
        writer.bytes(MAIN, bytes("one"));
        writer.bytes(BACK, bytes("two"));
        assertThat(text(reader.next())).isEqualTo("PVM_TO_SVM 0 one");
        assertThat(text(reader.next())).isEqualTo("SVM_TO_PVM 0 two");
        assertThat(reader.next()).isNull();
        assertThat(reader.ended()).isFalse();

        writer.bytes(MAIN, bytes("three"));
        writer.end(MAIN, Closing.BROKEN_BY_SENDER, "because");
        writer.close(true, "over");

        assertThat(text(reader.next())).isEqualTo("PVM_TO_SVM 3 three");
        JournalRecord end = Objects.requireNonNull(reader.next());
        assertThat(end.lane()).isEqualTo(MAIN);
        assertThat(end.offset()).isEqualTo(8);
        assertThat(end.closing()).isEqualTo(Closing.BROKEN_BY_SENDER);
        assertThat(end.reason()).isEqualTo("because");
        JournalRecord close = Objects.requireNonNull(reader.next());
        assertThat(close.type()).isEqualTo(JournalRecord.Type.CLOSE);
        assertThat(reader.ended()).isTrue();
      }
    }
  }

  @Test
  void aLaneThatIsHeldBackComesLaterAndInItsOwnOrder() {
    try (JournalFolder folder = JournalFolder.create(journals, HEAD)) {
      JournalWriter writer = new JournalWriter(folder, 60, Long.MAX_VALUE);
      for (int i = 0; i < 3; i++) {
        writer.bytes(FURTHER, bytes("f" + i));
        writer.bytes(MAIN, bytes("m" + i));
      }
      writer.close(true, "over");
      try (JournalReader reader = JournalReader.behind(folder, writer)) {
        reader.hold(FURTHER);
        assertThat(text(reader.next())).endsWith("m0");
        assertThat(text(reader.next())).endsWith("m1");
        assertThat(reader.firstNeeded()).isEqualTo(1);
        reader.release(FURTHER);
        assertThat(text(reader.next())).endsWith("f0");
        assertThat(text(reader.next())).endsWith("f1");
        assertThat(reader.firstNeeded()).isGreaterThan(1);
        assertThat(text(reader.next())).endsWith("f2");
        assertThat(text(reader.next())).endsWith("m2");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void aJournalThatWasTornAnywhereHoldsAllRecordsBeforeThat(long seed) throws IOException {
    Random random = new Random(seed);
    List<String> written = new ArrayList<>();
    try (JournalFolder folder = JournalFolder.create(journals, HEAD)) {
      JournalWriter writer = new JournalWriter(folder, 2000, Long.MAX_VALUE);
      for (int i = 0; i < 60; i++) {
        byte[] bytes = new byte[random.nextInt(200)];
        random.nextBytes(bytes);
        writer.bytes(random.nextBoolean() ? MAIN : BACK, ByteBuffer.wrap(bytes));
        written.add(new String(bytes, StandardCharsets.ISO_8859_1));
      }
      long last = folder.segments().getLast();
      try (FileChannel file = FileChannel.open(folder.segment(last), StandardOpenOption.WRITE)) {
        file.truncate(random.nextLong(file.size() + 1));
      }
    }

    try (JournalFolder folder = reopen();
        JournalReader reader = JournalReader.left(folder)) {
      List<String> read = new ArrayList<>();
      for (JournalRecord r = reader.next(); r != null; r = reader.next()) {
        byte[] bytes = new byte[r.payload().remaining()];
        r.payload().get(bytes);
        read.add(new String(bytes, StandardCharsets.ISO_8859_1));
      }
      assertThat(reader.ended()).isTrue();
      assertThat(read).isEqualTo(written.subList(0, read.size()));
      assertThat(written.size() - read.size()).isLessThan(25);
    }
  }

  @Test
  void aFlippedBitBeforeTheLastSegmentIsTold() throws IOException {
    try (JournalFolder folder = JournalFolder.create(journals, HEAD)) {
      JournalWriter writer = new JournalWriter(folder, 60, Long.MAX_VALUE);
      for (int i = 0; i < 5; i++) {
        writer.bytes(MAIN, bytes("some bytes that fill it " + i));
      }
      byte[] segment = Files.readAllBytes(folder.segment(2));
      segment[50] ^= 1;
      Files.write(folder.segment(2), segment);
    }

    try (JournalFolder folder = reopen();
        JournalReader reader = JournalReader.left(folder)) {
      assertThat(text(reader.next())).endsWith("0");
      assertThatThrownBy(
              () -> {
                while (reader.next() != null) {}
              })
          .isInstanceOf(ColotapeException.class)
          .hasMessageStartingWith("the journal is damaged at byte 16 (")
          .hasMessageContaining("00000002.segment");
    }
  }

  @Test
  void theHeadOfAJournalSaysAllThatItsFirstEventNeeds() {
    JournalFolder.create(journals, HEAD).close();

    try (JournalFolder folder = reopen()) {
      assertThat(folder.head()).isEqualTo(HEAD);
    }
  }

  @Test
  void aJournalBelongsToOneRecorderAtATime() {
    try (JournalFolder folder = JournalFolder.create(journals, HEAD)) {
      assertThat(JournalFolder.open(folder.path())).isNull();
      assertThatThrownBy(() -> JournalFolder.create(journals, HEAD))
          .isInstanceOf(ColotapeException.class)
          .hasMessageContaining("--resume some");
    }
    assertThat(JournalFolder.all(journals)).containsExactly(journals.resolve("some"));
    reopen().delete();
    assertThat(JournalFolder.all(journals)).isEmpty();
  }

  @Test
  void aJournalAtItsLimitEndsThereAndSaysSo() {
    try (JournalFolder folder = JournalFolder.create(journals, HEAD)) {
      JournalWriter writer = new JournalWriter(folder, 1 << 20, 1000);
      for (int i = 0; i < 100; i++) {
        writer.bytes(MAIN, bytes("0123456789 0123456789 0123456789"));
      }

      assertThat(writer.failure()).isNotNull().hasMessageContaining("limit of 1000 bytes");
      assertThat(folder.bytes()).isBetween(1000L, 1300L);
      try (JournalReader reader = JournalReader.behind(folder, writer)) {
        JournalRecord last = null;
        for (JournalRecord r = reader.next(); r != null; r = reader.next()) {
          last = r;
        }
        JournalRecord cut = Objects.requireNonNull(last);
        assertThat(cut.type()).isEqualTo(JournalRecord.Type.CUT);
        assertThat(cut.text()).contains("limit of 1000 bytes");
        assertThat(reader.ended()).isTrue();
      }
    }
  }

  @Test
  void aReaderTellsWhereEachLaneBeginsInWhatIsLeftOfTheJournal() {
    try (JournalFolder folder = JournalFolder.create(journals, HEAD)) {
      JournalWriter writer = new JournalWriter(folder, 60, Long.MAX_VALUE);
      for (int i = 0; i < 4; i++) {
        writer.bytes(MAIN, bytes("main 8 b"));
        writer.bytes(BACK, bytes("back"));
      }
      folder.trim(1);

      try (JournalFolder _ = folder;
          JournalReader reader = JournalReader.left(folder)) {
        Map<JournalLane, Long> begins = reader.begins();
        assertThat(begins).isEqualTo(Map.of(MAIN, 8L, BACK, 4L));
      }
    }
  }

  private JournalFolder reopen() {
    JournalFolder folder = JournalFolder.open(journals.resolve("some"));
    if (folder == null) {
      throw new AssertionError("in use");
    }
    return folder;
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String text(@Nullable JournalRecord record) {
    return of(Objects.requireNonNull(record));
  }

  private static String of(JournalRecord record) {
    return record.lane().direction() + " " + record.offset() + " " + record.text();
  }
}
