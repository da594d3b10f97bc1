package org.colotape.recorder.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.colotape.recorder.fixture.MigrationStreamBuilder.stream;
import static org.colotape.recorder.fixture.SampleStreams.state;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.colotape.recorder.fixture.Chunking;
import org.colotape.recorder.fixture.Damage;
import org.colotape.recorder.fixture.EventLog;
import org.colotape.recorder.fixture.Events;
import org.colotape.recorder.fixture.MigrationStreamBuilder;
import org.colotape.recorder.fixture.MultifdStreamBuilder;
import org.colotape.recorder.fixture.Parsing;
import org.colotape.recorder.fixture.ReturnPathBuilder;
import org.colotape.recorder.stream.ChannelParser;
import org.colotape.recorder.stream.ReturnPathParser;
import org.colotape.recorder.stream.StreamParser;
import org.colotape.schema.digest.RunningDigest;
import org.colotape.schema.event.CheckpointSeal;
import org.colotape.schema.event.Direction;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.Memory;
import org.colotape.schema.event.MigrationEnd;
import org.colotape.schema.event.MigrationOutcome;
import org.colotape.schema.event.Observation;
import org.colotape.schema.event.RecordingEnd;
import org.colotape.schema.event.RecordingId;
import org.colotape.schema.event.RecordingStart;
import org.colotape.schema.log.StreamBytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Law 4: each event of a recording has its place in a total order, and its checkpoint. */
class RecordingSessionTest {
  private static final RecordingId ID = new RecordingId(new byte[16]);
  private static final RecordingStart START =
      new RecordingStart("test", "test", List.of("nothing"), false, List.of(), false);

  private final EventLog log = new EventLog();
  private final AtomicLong clock = new AtomicLong(1000);

  @Test
  void seqIsDenseFromTheStartToTheEndOverAllChannels() {
    RecordingSession session = session(CheckpointObserver.NONE);
    Chunking.whole()
        .feed(new ReturnPathBuilder().ready().bytes(), new ReturnPathParser(0, session));
    record(session, colo());

    assertThat(log.events())
        .extracting(Event::getSeq)
        .containsExactlyElementsOf(LongStream.range(0, log.events().size()).boxed().toList());
    assertThat(log.events()).extracting(Event::getRecording).containsOnly(ID);
    assertThat(log.events().getFirst().getKind()).isEqualTo(Kind.RECORDING_START);
    assertThat(log.events().getFirst().getStart()).isEqualTo(START);
    MigrationEnd untold =
        new MigrationEnd(
            MigrationOutcome.UNKNOWN, "what the secondary answered was not recorded", -1L, "");
    assertThat(log.events().getLast().getEnd())
        .isEqualTo(new RecordingEnd(true, "end of file", untold));
    assertThat(log.isSealed()).isTrue();
  }

  @Test
  void pagesAndDataOfAPacketAreToldTheSeqOfItsEvent() {
    RecordingSession session = session(CheckpointObserver.NONE);
    List<Event> first = new ArrayList<>();
    List<Event> second = new ArrayList<>();
    parse(1, MultifdStreamBuilder.channel(0).zlib(0, "pc.ram", 1, 0, 0x1000), first);
    parse(2, MultifdStreamBuilder.channel(1).mixed(1, "pc.ram", 2, 0x2000, 0x3000), second);
    // one event of each channel in turn
    for (int i = 0; i < first.size() || i < second.size(); i++) {
      first.stream().skip(i).limit(1).forEach(session);
      second.stream().skip(i).limit(1).forEach(session);
    }

    List<Long> packets = log.of(Kind.MULTIFD_PACKET).stream().map(Event::getSeq).toList();
    assertThat(packets).hasSize(2).doesNotHaveDuplicates();
    assertThat(log.of(Kind.MULTIFD_DATA))
        .extracting(event -> event.getPacketData().getPacket())
        .containsExactly(packets.getFirst());
    assertThat(log.of(Kind.PAGE))
        .hasSize(4)
        .allMatch(
            event -> event.getPage().getPacket().getSeq() == packets.get(event.getChannel() - 1));
  }

  @Test
  void eventsThatAreNotOnTheWireHaveNoDirectionNoOffsetAndNoBytes() {
    record(session(CheckpointObserver.NONE), colo());

    assertThat(log.events())
        .filteredOn(event -> event.getDirection() == Direction.NONE)
        .extracting(Event::getKind)
        .containsExactly(
            Kind.RECORDING_START,
            Kind.CHECKPOINT_SEALED,
            Kind.CHECKPOINT_SEALED,
            Kind.CHECKPOINT_SEALED,
            Kind.RECORDING_END);
    assertThat(log.events())
        .filteredOn(event -> event.getDirection() == Direction.NONE)
        .allMatch(event -> event.getStreamOffset() == -1 && !event.getWire().hasRemaining());
  }

  @Test
  void aCheckpointBeginsWithTheRequestAndEndsWithItsSeal() {
    record(session(CheckpointObserver.NONE), colo());

    List<Integer> checkpoints = log.events().stream().map(Event::getCheckpoint).toList();
    assertThat(checkpoints).isSorted();
    for (int checkpoint = 1; checkpoint <= 2; checkpoint++) {
      Event first = log.events().get(checkpoints.indexOf(checkpoint));
      Event before = log.events().get(checkpoints.indexOf(checkpoint) - 1);
      assertThat(first.getMessage().getType().name()).isEqualTo("CHECKPOINT_REQUEST");
      assertThat(before.getKind()).isEqualTo(Kind.CHECKPOINT_SEALED);
      assertThat(before.getCheckpoint()).isEqualTo(checkpoint - 1);
    }
  }

  @Test
  void aSealCountsAndDigestsWhatTheCheckpointHeld() {
    record(session(CheckpointObserver.NONE), colo());

    for (int checkpoint = 0; checkpoint <= 2; checkpoint++) {
      assertThat(log.seals().get(checkpoint)).isEqualTo(sealOf(checkpoint));
    }
    assertThat(log.seals()).extracting(CheckpointSeal::getComplete).containsOnly(true);
    assertThat(log.seals()).extracting(CheckpointSeal::getPages).containsExactly(1L, 12L, 12L);
  }

  @Test
  void aSealDoesNotDependOnTheChunking() {
    record(session(CheckpointObserver.NONE), colo());
    EventLog other = new EventLog();
    RecordingSession session =
        new RecordingSession(other, ID, START, () -> 0, CheckpointObserver.NONE);
    Chunking.of(1).feed(colo(), new StreamParser(0, session));
    session.finish(true, "end of file");

    assertThat(other.seals()).isEqualTo(log.seals());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 100, 4200, 4300})
  void aCheckpointThatTheStreamEndsInIsSealedAsIncomplete(int missing) {
    byte[] bytes = colo();

    record(session(CheckpointObserver.NONE), Arrays.copyOf(bytes, bytes.length - missing));

    assertThat(log.seals())
        .extracting(CheckpointSeal::getComplete)
        .containsExactly(true, true, false);
  }

  @Test
  void aCheckpointThatIsDamagedIsSealedAsIncomplete() {
    byte[] bytes = colo();
    Event page = Parsing.stream(bytes).of(Kind.PAGE).get(1);
    bytes[(int) page.getStreamOffset() + 7] ^= (byte) 0xff;

    record(session(CheckpointObserver.NONE), bytes);

    assertThat(log.seals())
        .extracting(CheckpointSeal::getComplete)
        .containsExactly(true, false, true);
  }

  @Test
  void aLostRequestDoesNotShiftTheNumbersOfCheckpoints() {
    byte[] bytes = colo();
    Event request = Parsing.stream(bytes).of(Kind.COLO_MESSAGE).getFirst();
    bytes[(int) request.getStreamOffset() + 3] = 0x55;

    record(session(CheckpointObserver.NONE), bytes);

    assertThat(log.seals())
        .extracting(CheckpointSeal::getComplete)
        .containsExactly(true, false, true);
    assertThat(log.seals()).extracting(CheckpointSeal::getPages).containsExactly(1L, 12L, 12L);
  }

  @Test
  void bytesThatComeBetweenCheckpointsBelongToTheOneBehindThem() {
    byte[] bytes = colo();
    Event request = Parsing.stream(bytes).of(Kind.COLO_MESSAGE).getFirst();
    int at = (int) request.getStreamOffset();

    record(session(CheckpointObserver.NONE), Damage.replace(bytes, at, at, new byte[3]));

    assertThat(log.seals())
        .extracting(CheckpointSeal::getComplete)
        .containsExactly(true, false, true);
  }

  @Test
  void bytesBehindAMigrationWithoutColoBelongToIt() {
    byte[] bytes =
        stream()
            .ramSetup()
            .ramEnd(ram -> ram.page("pc.ram", 0, 1))
            .eof()
            .description()
            .u8(9)
            .bytes();

    record(session(CheckpointObserver.NONE), bytes);

    assertThat(log.seals()).extracting(CheckpointSeal::getComplete).containsExactly(false);
  }

  @Test
  void captureTimesAreTheClocksWhenTheBytesArrived() {
    RecordingSession session = session(CheckpointObserver.NONE);
    StreamParser parser = new StreamParser(0, session);
    byte[] bytes = colo();
    clock.set(2000);
    session.bytesArrived();
    parser.feed(ByteBuffer.wrap(bytes, 0, 8));
    clock.set(3000);
    session.bytesArrived();
    clock.set(4000);
    parser.feed(ByteBuffer.wrap(bytes, 8, bytes.length - 8));

    assertThat(log.events().get(0).getCaptureTime()).isEqualTo(1000);
    assertThat(log.events().get(1).getCaptureTime()).isEqualTo(2000);
    assertThat(log.events().subList(2, log.events().size()))
        .extracting(Event::getCaptureTime)
        .containsOnly(3000L);
  }

  @Test
  void observationsStandBehindTheLastEventOfTheirCheckpointBeforeItsSeal() {
    List<Event> seen = new ArrayList<>();
    RecordingSession session =
        session(
            new CheckpointObserver() {
              @Override
              public void see(Event event) {
                seen.add(event);
              }

              @Override
              public void observe(int checkpoint, Consumer<Event> observations) {
                if (checkpoint == 1) {
                  observations.accept(observation());
                }
              }
            });

    record(session, colo());

    Event observed = log.of(Kind.OBSERVATION).getFirst();
    assertThat(observed.getCheckpoint()).isEqualTo(1);
    assertThat(log.events().get((int) observed.getSeq() + 1).getKind())
        .isEqualTo(Kind.CHECKPOINT_SEALED);
    assertThat(log.seals().get(1)).isEqualTo(sealOf(1));
    assertThat(seen).as("wire events").hasSize(log.events().size() - 1 - 1 - 3 - 1);
  }

  @Test
  void totalsCountWhatWasRecorded() {
    RecordingSession session = session(CheckpointObserver.NONE);
    byte[] bytes = colo();

    record(session, bytes);

    assertThat(session.totals().events()).isEqualTo(log.events().size());
    assertThat(session.totals().pages()).isEqualTo(25);
    assertThat(session.totals().wireBytes()).isEqualTo(bytes.length);
    assertThat(session.totals().lastCheckpoint()).isEqualTo(2);
    assertThat(log.wire(0, Direction.PVM_TO_SVM)).isEqualTo(bytes);
  }

  private static void parse(int channel, MultifdStreamBuilder stream, List<Event> events) {
    Chunking.whole()
        .feed(stream.bytes(), new ChannelParser(channel, Parsing.mainChannel(), events::add));
  }

  private RecordingSession session(CheckpointObserver observer) {
    return new RecordingSession(log, ID, START, clock::get, observer);
  }

  private static void record(RecordingSession session, byte[] bytes) {
    Chunking.whole().feed(bytes, new StreamParser(0, session));
    session.finish(true, "end of file");
  }

  /** What the seal of a checkpoint should say, from the events that were recorded. */
  private CheckpointSeal sealOf(int checkpoint) {
    List<Event> events =
        log.events().stream()
            .filter(event -> event.getCheckpoint() == checkpoint)
            .takeWhile(event -> event.getKind() != Kind.CHECKPOINT_SEALED)
            .toList();
    RunningDigest digest = new RunningDigest();
    events.forEach(event -> StreamBytes.digest(event, digest));
    return new CheckpointSeal(
        true,
        (long) events.size(),
        events.stream()
            .filter(event -> event.getKind() == Kind.PAGE)
            .mapToLong(event -> event.getPage().getPages())
            .sum(),
        events.stream().mapToLong(event -> Events.wire(event).length).sum(),
        digest.finish().toEvent());
  }

  private static Event observation() {
    Event event = new Event();
    event.setKind(Kind.OBSERVATION);
    event.setObservation(
        new Observation(Memory.PVM, "pc.ram", 0L, 4096, ByteBuffer.allocate(16), List.of()));
    return event;
  }

  private static byte[] colo() {
    return stream()
        .enableColo()
        .ramSetup()
        .ramEnd(ram -> ram.page("pc.ram", 0, 1))
        .device(0, "timer", state(20))
        .eof()
        .description()
        .checkpoint(RecordingSessionTest::dirtyPages, RecordingSessionTest::devices)
        .checkpoint(RecordingSessionTest::dirtyPages, RecordingSessionTest::devices)
        .bytes();
  }

  private static void dirtyPages(MigrationStreamBuilder ram) {
    ram.page("pc.ram", 0x3000, 2).page(0x4000, 3).zeros(0x5000, 10);
  }

  private static void devices(MigrationStreamBuilder blob) {
    blob.device(0, "timer", state(20));
  }
}
