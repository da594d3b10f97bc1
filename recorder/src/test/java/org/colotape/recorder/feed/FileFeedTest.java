package org.colotape.recorder.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;
import org.colotape.recorder.fixture.Captures;
import org.colotape.recorder.fixture.EventLog;
import org.colotape.recorder.fixture.MigrationStreamBuilder;
import org.colotape.recorder.fixture.MultifdMigration;
import org.colotape.recorder.fixture.MultifdStreamBuilder;
import org.colotape.recorder.fixture.ReturnPathBuilder;
import org.colotape.recorder.fixture.SampleStreams;
import org.colotape.recorder.session.CheckpointObserver;
import org.colotape.recorder.session.RecordingSession;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.event.CheckpointSeal;
import org.colotape.schema.event.Direction;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.RecordingId;
import org.colotape.schema.event.RecordingStart;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that were captured before become a recording. */
class FileFeedTest {
  private static final byte[] STREAM = SampleStreams.colo();
  private static final byte[] ANSWERS =
      new ReturnPathBuilder().ready().checkpoint().checkpoint().bytes();

  @TempDir Path folder;
  private final EventLog log = new EventLog();

  @Test
  void allFilesAreRecordedByteForByte() throws IOException {
    byte[] noise = new byte[3 << 20];
    new Random(1).nextBytes(noise);

    FeedEnd end =
        run(
            new FileFeed(
                file("p2s", STREAM),
                file("s2p", ANSWERS),
                List.of(file("c1", noise), file("c2", STREAM))));

    assertThat(end).isEqualTo(FeedEnd.WHOLE);
    assertThat(log.wire(0, Direction.PVM_TO_SVM)).isEqualTo(STREAM);
    assertThat(log.wire(0, Direction.SVM_TO_PVM)).isEqualTo(ANSWERS);
    assertThat(log.wire(1, Direction.PVM_TO_SVM)).isEqualTo(noise);
    assertThat(log.wire(2, Direction.PVM_TO_SVM)).isEqualTo(STREAM);
    assertThat(log.of(Kind.CHANNEL_END)).hasSize(4);
  }

  @Test
  void aCompressedStreamIsTheSameRecordingAsAPlainOne() throws IOException {
    run(new FileFeed(file("plain", STREAM), null, List.of()));
    List<CheckpointSeal> plain = log.seals();
    EventLog other = new EventLog();
    run(new FileFeed(file("zstd", Zstd.compress(STREAM)), null, List.of()), other, () -> {});

    assertThat(other.seals()).isEqualTo(plain).hasSize(3);
  }

  @Test
  void aZstdFileThatIsCutIsRecordedUpToTheCutAndSaidToBeIncomplete() throws IOException {
    byte[] stream = noisyStream();
    byte[] compressed = Zstd.compress(stream);
    CapturedFile cut = file("cut", Arrays.copyOf(compressed, compressed.length / 2));

    FeedEnd end = run(new FileFeed(cut, null, List.of()));

    assertThat(end.complete()).isFalse();
    assertThat(end.reason()).startsWith(cut.path() + " can't be read further: ");
    byte[] recorded = log.wire(0, Direction.PVM_TO_SVM);
    assertThat(recorded.length).isBetween(stream.length / 3, stream.length / 3 * 2);
    assertThat(recorded).isEqualTo(Arrays.copyOf(stream, recorded.length));
    assertThat(log.of(Kind.CHANNEL_END).getFirst().getChannelEnd().getReason())
        .isEqualTo(end.reason());
    assertThat(log.seals()).extracting(CheckpointSeal::getComplete).containsExactly(false);
  }

  @Test
  void aGzipFileThatIsCutIsRecordedUpToTheCut() throws IOException {
    byte[] stream = noisyStream();
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
      gzip.write(stream);
    }
    byte[] half = Arrays.copyOf(compressed.toByteArray(), compressed.size() / 2);

    FeedEnd end = run(new FileFeed(file("cut", half), null, List.of()));

    assertThat(end.complete()).isFalse();
    byte[] recorded = log.wire(0, Direction.PVM_TO_SVM);
    assertThat(recorded.length).isBetween(stream.length / 3, stream.length / 3 * 2);
    assertThat(recorded).isEqualTo(Arrays.copyOf(stream, recorded.length));
  }

  @Test
  void aZstdFileThatIsDamagedIsRecordedUpToTheDamage() throws IOException {
    byte[] stream = noisyStream();
    byte[] compressed = Zstd.compress(stream);
    Arrays.fill(compressed, compressed.length / 2, compressed.length / 2 + 200_000, (byte) 0xff);

    FeedEnd end = run(new FileFeed(file("damaged", compressed), null, List.of()));

    assertThat(end.complete()).isFalse();
    assertThat(log.wire(0, Direction.PVM_TO_SVM).length).isGreaterThan(stream.length / 3);
  }

  @Test
  void aReturnPathThatIsCutDoesNotEndTheRecordingOfTheStream() throws IOException {
    ReturnPathBuilder answers = new ReturnPathBuilder().ready();
    Random random = new Random(2);
    for (int i = 0; i < 20_000; i++) {
      answers.requestPages(random.nextLong(), 4096);
    }
    byte[] compressed = Zstd.compress(answers.checkpoint().checkpoint().bytes());
    CapturedFile cut = file("s2p", Arrays.copyOf(compressed, compressed.length / 2));

    FeedEnd end = run(new FileFeed(file("p2s", STREAM), cut, List.of()));

    assertThat(end.complete()).isFalse();
    assertThat(end.reason()).startsWith(cut.path().toString());
    assertThat(log.wire(0, Direction.PVM_TO_SVM)).isEqualTo(STREAM);
    assertThat(log.seals()).hasSize(3);
  }

  @Test
  void aFurtherChannelThatIsCutMakesTheFeedIncomplete() throws IOException {
    byte[] compressed = Zstd.compress(noisyStream());
    CapturedFile cut = file("c1", Arrays.copyOf(compressed, compressed.length - 1));

    FeedEnd end = run(new FileFeed(file("p2s", STREAM), null, List.of(cut)));

    assertThat(end.complete()).isFalse();
    assertThat(end.reason()).startsWith(cut.path().toString());
  }

  @Test
  void progressIsRunAfterEachChunk() throws IOException {
    AtomicInteger chunks = new AtomicInteger();

    run(new FileFeed(file("p2s", noisyStream()), null, List.of()), log, chunks::incrementAndGet);

    assertThat(chunks.get()).isGreaterThan(3);
  }

  @Test
  void sourcesNameEachFileWithItsChannelAndDirection() throws IOException {
    CapturedFile stream = file("p2s", STREAM);
    CapturedFile answers = file("s2p", ANSWERS);
    CapturedFile channel = file("c1", STREAM);

    assertThat(new FileFeed(stream, answers, List.of(channel)).sources())
        .containsExactly(
            "channel 0, PVM to SVM: file " + stream.path(),
            "channel 0, SVM to PVM: file " + answers.path(),
            "channel 1, PVM to SVM: file " + channel.path());
  }

  @Test
  void furtherChannelsMayBeGivenInAnyOrder() throws IOException {
    MultifdMigration migration =
        MultifdMigration.ofColo(MultifdMigration.Sync.BY_WORD, 3, 3, new Random(4));
    CapturedFile main = file("c0", migration.main());
    List<CapturedFile> channels = new ArrayList<>();
    for (byte[] channel : migration.channels()) {
      channels.add(file("c" + (channels.size() + 1), Zstd.compress(channel)));
    }
    channels.add(file("other", ANSWERS));

    FileFeed inOrder = FileFeed.ofAnyOrder(main, null, channels);
    FileFeed reversed = FileFeed.ofAnyOrder(main, null, channels.reversed());
    EventLog other = new EventLog();

    assertThat(run(inOrder)).isEqualTo(FeedEnd.WHOLE);
    run(reversed, other, () -> {});
    assertThat(reversed.sources()).isEqualTo(inOrder.sources());
    assertThat(other.seals()).isEqualTo(log.seals()).hasSize(4);
    assertThat(log.wire(2, Direction.PVM_TO_SVM)).isEqualTo(migration.channels().get(1));
    assertThat(log.wire(4, Direction.PVM_TO_SVM)).isEqualTo(ANSWERS);
  }

  @Test
  void pagesOfAMultifdChannelBelongToTheCheckpointWhoseSyncPointComesBehindThem()
      throws IOException {
    MultifdMigration migration =
        MultifdMigration.ofColo(MultifdMigration.Sync.BY_SECTION, 2, 5, new Random(8));

    run(
        new FileFeed(
            file("c0", migration.main()),
            null,
            List.of(
                file("c1", migration.channels().get(0)), file("c2", migration.channels().get(1)))));

    // the sender numbers its packets in the order of the checkpoints
    List<Event> packets = log.of(Kind.MULTIFD_PACKET);
    assertThat(packets).extracting(Event::getCheckpoint).isSorted().contains(0, 1, 2, 3, 4, 5);
    assertThat(log.seals()).extracting(CheckpointSeal::getComplete).containsOnly(true);
  }

  @Test
  void aMultifdChannelInPlaceOfTheMainOneIsNamed() throws IOException {
    byte[] channel = MultifdStreamBuilder.channel(0).bytes();

    assertRefused(
        new FileFeed(file("c1", channel), null, List.of()), "a multifd channel, not the main one");
  }

  @Test
  void aStreamOfVersionThreePassesTheCheckCompressedOrNot() throws IOException {
    FileFeed plain = new FileFeed(file("plain", STREAM), file("s2p", new byte[0]), List.of());
    FileFeed zstd = new FileFeed(file("zstd", Zstd.compress(STREAM)), null, List.of());

    assertThatNoException().isThrownBy(plain::check);
    assertThatNoException().isThrownBy(zstd::check);
  }

  @Test
  void aFileThatIsNoMigrationStreamFailsTheCheck() throws IOException {
    for (byte[] bytes : new byte[][] {{}, {'Q', 'E', 'V', 'M'}, {1, 2, 3, 4, 5, 6, 7, 8, 9}}) {
      assertRefused(
          new FileFeed(file("other", bytes), null, List.of()),
          "not a migration stream: no magic 'QEVM' at offset 0");
    }
  }

  @Test
  void aStreamOfAnotherVersionFailsTheCheck() throws IOException {
    byte[] bytes = MigrationStreamBuilder.empty().u32(0x5145564d).u32(2).bytes();

    assertRefused(
        new FileFeed(file("old", bytes), null, List.of()),
        "migration stream version 2 at offset 4");
  }

  @Test
  void aMissingFileFailsTheCheckWhicheverItIs() throws IOException {
    CapturedFile stream = file("p2s", STREAM);
    CapturedFile missing = new CapturedFile(folder.resolve("missing"));

    assertRefused(new FileFeed(missing, null, List.of()), "no such file");
    assertRefused(new FileFeed(stream, missing, List.of()), "no such file");
    assertRefused(new FileFeed(stream, null, List.of(missing)), "no such file");
  }

  @Test
  void aFileThatIsCompressedButBrokenFailsTheCheck() throws IOException {
    byte[] broken = Arrays.copyOf(Zstd.compress(STREAM), 40);
    Arrays.fill(broken, 4, 40, (byte) 0xff);

    assertRefused(new FileFeed(file("broken", broken), null, List.of()), "cannot read: ");
  }

  @Test
  void aRealCaptureIsRecordedWithItsReturnPath() throws IOException {
    Captures.Captured stream = Captures.stream("10.0-colo-xbzrle");
    Captures.Captured answers = Captures.returnPath("10.0-colo-xbzrle");

    FeedEnd end = run(new FileFeed(stream.file(), answers.file(), List.of()));

    assertThat(end).isEqualTo(FeedEnd.WHOLE);
    assertThat(log.wire(0, Direction.PVM_TO_SVM)).isEqualTo(stream.read());
    assertThat(log.wire(0, Direction.SVM_TO_PVM)).isEqualTo(answers.read());
    assertThat(log.seals()).hasSizeGreaterThan(10);
    assertThat(log.seals().subList(0, log.seals().size() - 1))
        .extracting(CheckpointSeal::getComplete)
        .containsOnly(true);
    assertThat(log.events()).extracting(Event::getCheckpoint).isSorted();
  }

  private FeedEnd run(FileFeed feed) {
    return run(feed, log, () -> {});
  }

  private static FeedEnd run(FileFeed feed, EventLog log, Runnable progress) {
    RecordingSession session =
        new RecordingSession(
            log,
            new RecordingId(new byte[16]),
            new RecordingStart(
                "test", "test", feed.sources(), feed.returnPath() != null, List.of(), false),
            () -> 0,
            CheckpointObserver.NONE);
    FeedEnd end = feed.run(session, progress);
    session.finish(end.complete(), end.reason());
    return end;
  }

  private static void assertRefused(FileFeed feed, String why) {
    assertThatExceptionOfType(ColotapeException.class)
        .isThrownBy(feed::check)
        .withMessageStartingWith(why)
        .withMessageMatching("[^\n]*: [^\n]*");
  }

  private CapturedFile file(String name, byte[] bytes) throws IOException {
    return new CapturedFile(Files.write(folder.resolve(name), bytes));
  }

  /** A stream of a few MiB that can't be compressed. */
  private static byte[] noisyStream() {
    byte[] noise = new byte[4096];
    Random random = new Random(3);
    MigrationStreamBuilder stream = MigrationStreamBuilder.stream().ramSetup();
    stream.ramEnd(ram -> {
      ram.page("pc.ram", 0, 1);
      for (int page = 1; page < 500; page++) {
        random.nextBytes(noise);
        ram.word(page * 4096L, MigrationStreamBuilder.PAGE | MigrationStreamBuilder.CONTINUE)
            .raw(noise);
      }
    });
    return stream.eof().description().bytes();
  }
}
