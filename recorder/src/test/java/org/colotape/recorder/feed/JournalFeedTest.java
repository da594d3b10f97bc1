package org.colotape.recorder.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.colotape.recorder.fixture.Captures;
import org.colotape.recorder.fixture.Chunking;
import org.colotape.recorder.fixture.Damage;
import org.colotape.recorder.fixture.EventLog;
import org.colotape.recorder.fixture.Events;
import org.colotape.recorder.fixture.SampleStreams;
import org.colotape.recorder.journal.JournalFolder;
import org.colotape.recorder.journal.JournalHead;
import org.colotape.recorder.journal.JournalLane;
import org.colotape.recorder.journal.JournalReader;
import org.colotape.recorder.journal.JournalWriter;
import org.colotape.recorder.session.RecordingSession;
import org.colotape.recorder.stream.StreamParser;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.event.Closing;
import org.colotape.schema.event.Direction;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.RecordingId;
import org.colotape.schema.event.RecordingStart;
import org.colotape.schema.log.EventSink;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class JournalFeedTest {
  private static final int SEGMENT = 4000;

  @TempDir private Path folder;

  static Stream<Long> seeds() {
    return Stream.iterate(1L, seed -> seed + 1).limit(60);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void aRecorderThatIsKilledAgainAndAgainLeavesTheRecordingOfOneThatWasNot(long seed)
      throws IOException {
    Random random = new Random(seed);
    write(folder.resolve("whole"), random);
    copy("whole", "killed");

    Log all = new Log(Integer.MAX_VALUE, random, false);
    record("whole", List.of(), all);
    List<Event> expected = all.taken;

    List<Event> held = new ArrayList<>();
    int killed = 0;
    for (int left = 1; left > 0; ) {
      Log log = new Log(1 + random.nextInt(expected.size()), random, true);
      int before = held.size();
      left = record("killed", held, log) ? 0 : 1;
      if (left > 0) {
        // of what was on its way, the log may have taken some
        int taken = log.acknowledged + random.nextInt(log.taken.size() - log.acknowledged + 1);
        held.addAll(log.taken.subList(0, taken));
        killed++;
      } else {
        held.addAll(log.taken);
      }
      assertThat(held.size()).isGreaterThanOrEqualTo(before);
    }

    assertThat(held).as("seed %d, killed %d times", seed, killed).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"7.2-multifd-none, 1", "7.2-multifd-none, 2", "10.0-multifd-zstd, 3"})
  void theSameGoesForTheChannelsOfARealMultifdMigration(String capture, long seed)
      throws IOException {
    Random random = new Random(seed);
    writeCapture(folder.resolve("whole"), capture, random);
    copy("whole", "killed");
    Log all = new Log(Integer.MAX_VALUE, random, false);
    record("whole", List.of(), all);
    assertThat(all.taken).noneMatch(event -> event.getKind() == Kind.OPAQUE);

    Log first = new Log(all.taken.size() / 2, random, true);
    assertThat(record("killed", List.of(), first)).isFalse();
    List<Event> held = new ArrayList<>(first.taken.subList(0, first.acknowledged));
    Log rest = new Log(Integer.MAX_VALUE, random, true);
    assertThat(record("killed", held, rest)).isTrue();
    held.addAll(rest.taken);

    assertThat(held).isEqualTo(all.taken);
  }

  @Test
  void theJournalIsTrimmedToWhatIsNotAcknowledged() throws IOException {
    write(folder.resolve("whole"), new Random(1));
    long before = segments("whole");

    record("whole", List.of(), new Log(Integer.MAX_VALUE, new Random(1), true));

    assertThat(before).isGreaterThan(5);
    assertThat(segments("whole")).isLessThan(before / 2);
  }

  @Test
  void nothingIsTrimmedWithoutAnAcknowledgement() throws IOException {
    write(folder.resolve("whole"), new Random(1));
    long before = segments("whole");

    record("whole", List.of(), new Log(Integer.MAX_VALUE, new Random(1), false));

    assertThat(segments("whole")).isEqualTo(before);
  }

  @Test
  void aJournalThatWasTrimmedBeyondTheRecordingIsRefused() throws IOException {
    write(folder.resolve("whole"), new Random(1));
    record("whole", List.of(), new Log(Integer.MAX_VALUE, new Random(1), true));

    assertThatThrownBy(
            () -> record("whole", List.of(), new Log(Integer.MAX_VALUE, new Random(1), true)))
        .isInstanceOf(ColotapeException.class)
        .hasMessageStartingWith("the journal does not go on where the recording ends");
  }

  @Test
  void theRecordingOfAKilledRecorderHoldsEveryByteOfTheJournal() throws IOException {
    byte[] stream = SampleStreams.colo();
    try (JournalFolder journal = JournalFolder.create(folder.resolve("cut"), head())) {
      JournalWriter writer = new JournalWriter(journal, SEGMENT, Long.MAX_VALUE);
      writer.bytes(
          new JournalLane(0, Direction.PVM_TO_SVM), ByteBuffer.wrap(stream, 0, stream.length / 2));
    }
    EventLog log = new EventLog();
    record("cut", List.of(), log);

    assertThat(log.isSealed()).isTrue();
    assertThat(log.wire(0, Direction.PVM_TO_SVM))
        .isEqualTo(Arrays.copyOf(stream, stream.length / 2));
    assertThat(log.of(Kind.RECORDING_END).getFirst().getEnd().getReason())
        .isEqualTo("the recorder was killed");
  }

  /** A migration whose lanes arrive interleaved, sometimes damaged, with a further channel. */
  private static void write(Path journals, Random random) {
    byte[] stream = SampleStreams.colo();
    if (random.nextInt(3) == 0) {
      Events events = new Events();
      Chunking.whole().feed(stream, new StreamParser(0, events));
      List<Damage> kinds = List.of(Damage.values());
      stream = kinds.get(random.nextInt(kinds.size())).to(stream, events, random);
    }
    byte[] further = new byte[random.nextInt(5000)];
    random.nextBytes(further);
    List<JournalLane> lanes =
        List.of(
            new JournalLane(0, Direction.PVM_TO_SVM),
            new JournalLane(0, Direction.SVM_TO_PVM),
            new JournalLane(1, Direction.PVM_TO_SVM));
    List<ByteBuffer> bytes =
        List.of(
            ByteBuffer.wrap(stream),
            ByteBuffer.wrap(SampleStreams.returnPath()),
            ByteBuffer.wrap(further));
    write(journals, lanes, bytes, random, SEGMENT);
  }

  /** The channels of a captured migration, their bytes interleaved. */
  private static void writeCapture(Path journals, String capture, Random random) {
    List<Captures.Captured> streams =
        Captures.all().filter(stream -> stream.capture().equals(capture)).toList();
    assumeTrue(!streams.isEmpty(), "no capture " + capture);
    write(
        journals,
        streams.stream()
            .map(stream ->
                new JournalLane(
                    stream.channel(),
                    stream.returnPath() ? Direction.SVM_TO_PVM : Direction.PVM_TO_SVM))
            .toList(),
        streams.stream().map(stream -> ByteBuffer.wrap(stream.read())).toList(),
        random,
        100 * SEGMENT);
  }

  private static void write(
      Path journals, List<JournalLane> lanes, List<ByteBuffer> bytes, Random random, int segment) {
    int most = segment / 4 * 3;
    try (JournalFolder journal = JournalFolder.create(journals, head())) {
      JournalWriter writer = new JournalWriter(journal, segment, Long.MAX_VALUE);
      lanes.forEach(writer::open);
      boolean[] ended = new boolean[lanes.size()];
      for (int left = lanes.size(); left > 0; ) {
        int lane = random.nextInt(lanes.size());
        ByteBuffer rest = bytes.get(lane);
        if (rest.hasRemaining()) {
          int length =
              Math.min(
                  rest.remaining(),
                  1
                      + random.nextInt(
                          lanes.get(lane).direction() == Direction.SVM_TO_PVM ? 8 : most));
          writer.bytes(lanes.get(lane), rest.slice(rest.position(), length));
          rest.position(rest.position() + length);
        } else if (!ended[lane]) {
          ended[lane] = true;
          left--;
          writer.end(lanes.get(lane), Closing.CLOSED, "closed");
        }
      }
      if (random.nextBoolean()) {
        writer.close(true, "over");
      }
    }
  }

  /** Records a journal behind the events that are held; false if the recorder was killed. */
  private boolean record(String journals, List<Event> held, EventSink sink) {
    try (JournalFolder journal =
            Objects.requireNonNull(
                JournalFolder.open(folder.resolve(journals).resolve("live")), "in use");
        JournalReader reader = JournalReader.left(journal)) {
      JournalFeed feed = new JournalFeed(journal, reader);
      held.forEach(feed::present);
      RecordingSession session = feed.begin(sink);
      FeedEnd end = feed.run(session, sink, () -> {});
      session.finish(end.complete(), end.reason());
      return true;
    } catch (Killed e) {
      return false;
    }
  }

  private long segments(String journals) throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve(journals).resolve("live"))) {
      return files.filter(file -> file.toString().endsWith(".segment")).count();
    }
  }

  private void copy(String from, String to) throws IOException {
    Path source = folder.resolve(from).resolve("live");
    Path target = Files.createDirectories(folder.resolve(to).resolve("live"));
    try (Stream<Path> files = Files.list(source)) {
      for (Path file : files.toList()) {
        Files.copy(file, target.resolve(file.getFileName()));
      }
    }
  }

  private static JournalHead head() {
    return new JournalHead(
        new RecordingId(new byte[16]),
        new RecordingStart("live", "test", List.of(), true, List.of(), false),
        7,
        1,
        "nowhere");
  }

  /** The recorder was killed. */
  private static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** Takes some events, then the recorder is killed; acknowledges late. */
  private static final class Log implements EventSink {
    private final List<Event> taken = new ArrayList<>();
    private final int most;
    private final Random random;
    private final boolean acknowledges;
    private int acknowledged;

    private Log(int most, Random random, boolean acknowledges) {
      this.most = most;
      this.random = random;
      this.acknowledges = acknowledges;
    }

    @Override
    public void accept(Event event) {
      if (taken.size() == most) {
        throw new Killed();
      }
      taken.add(event);
      if (random.nextInt(4) == 0) {
        acknowledged += random.nextInt(taken.size() - acknowledged + 1);
      }
    }

    @Override
    public BooleanSupplier acknowledgement() {
      int now = taken.size();
      return () -> acknowledges && acknowledged >= now;
    }

    @Override
    public void seal() {
      acknowledged = taken.size();
    }

    @Override
    public void close() {}
  }
}
