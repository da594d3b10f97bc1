package org.colotape.recorder.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.colotape.recorder.fixture.MigrationStreamBuilder;
import org.colotape.recorder.journal.JournalFolder;
import org.colotape.recorder.journal.JournalHead;
import org.colotape.recorder.journal.JournalLane;
import org.colotape.recorder.journal.JournalReader;
import org.colotape.recorder.journal.JournalRecord;
import org.colotape.recorder.journal.JournalWriter;
import org.colotape.schema.codec.EventCodec;
import org.colotape.schema.event.ColoMessageType;
import org.colotape.schema.event.Direction;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.Memory;
import org.colotape.schema.event.Observation;
import org.colotape.schema.event.RecordingId;
import org.colotape.schema.event.RecordingStart;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class LiveObserverTest {
  private static final int PAGE = 4096;
  private static final int PAGES = 16;
  private static final String FIRMWARE = "/rom@etc/acpi/rsdp";
  private static final JournalLane MAIN = new JournalLane(0, Direction.PVM_TO_SVM);

  @TempDir private Path folder;

  private final byte[] pvm = new byte[PAGES * PAGE];
  private final byte[] svm = new byte[PAGES * PAGE];
  private final byte[] rom = new byte[PAGE];
  private final List<String> report = new ArrayList<>();
  private boolean cache;
  private final JournalFolder journal;
  private final JournalWriter writer;

  LiveObserverTest(@TempDir Path journals) {
    journal =
        JournalFolder.create(
            journals,
            new JournalHead(
                new RecordingId(new byte[16]),
                new RecordingStart("x", "test", List.of(), true, List.of(), false),
                0,
                1,
                "nowhere"));
    writer = new JournalWriter(journal, JournalWriter.SEGMENT_BYTES, Long.MAX_VALUE);
    writer.bytes(MAIN, ByteBuffer.wrap(initial().bytes()));
    for (byte[] memory : List.of(pvm, svm)) {
      fill(memory, 0, 1);
      fill(memory, 1, 2);
      fill(memory, 2, 3);
    }
    fill(rom, 0, 4);
  }

  @AfterEach
  void close() {
    journal.close();
  }

  @Test
  void aHealthyPairIsObservedToBeWhatTheStreamSaid() throws IOException {
    List<Observation> seen = checkpoint(() -> {}, () -> fill(svm, 1, 7));

    assertThat(pages(seen, Memory.PVM)).hasSize(PAGES);
    assertThat(unlike(seen, Memory.PVM)).isEmpty();
    assertThat(unlike(seen, Memory.SVM)).isEmpty();
    assertThat(report).singleElement().asString().contains("0 unlike the stream; held");
  }

  @Test
  void aPageThatThePrimaryForgotIsFoundWithItsBytes() throws IOException {
    List<Observation> seen = checkpoint(() -> fill(pvm, 9, 0x55), () -> fill(svm, 1, 7));

    assertThat(unlike(seen, Memory.PVM)).containsExactly(9);
    assertThat(seen.stream().flatMap(o -> o.getDiffering().stream()).toList())
        .singleElement()
        .satisfies(page -> assertThat(page.getContents().get(0)).isEqualTo((byte) 0x55));
  }

  @Test
  void aPageThatWasNotFlushedIsToldFromOneThatTheGuestHasWrittenSince() throws IOException {
    List<Observation> seen =
        checkpoint(
            () -> {},
            () -> {
              fill(svm, 1, 2); // as before: not flushed
              fill(svm, 2, 0x66); // neither as before nor as sent: written since
            });

    assertThat(unlike(seen, Memory.SVM)).containsExactly(1);
    assertThat(pages(seen, Memory.SVM)).contains(0, 1).doesNotContain(2);
  }

  @Test
  void aPageThatTheGuestCameToOnceMoreIsNotTakenForOneThatWasNotFlushed() throws IOException {
    List<Observation> seen =
        checkpoint(
            () -> fill(svm, 1, 8), // written by the guest before the checkpoint, in step with none
            () -> {}); // flushed, and written to the same again: it goes on from the same state

    assertThat(pages(seen, Memory.SVM)).doesNotContain(1);
  }

  @Test
  void aDeltaOfWhichItIsNotKnownWhatItMakesIsObservedWhereTheSecondaryHoldsWhatThePrimaryDoes()
      throws IOException {
    List<Observation> seen = checkpoint(() -> {}, () -> fill(svm, 1, 7), LiveObserverTest::delta);

    assertThat(pages(seen, Memory.SVM)).contains(1);
    assertThat(unlike(seen, Memory.SVM)).isEmpty();
  }

  @Test
  void aDeltaThatWasNotFlushedIsNotTakenForOneThatWas() throws IOException {
    List<Observation> seen = checkpoint(() -> {}, () -> {}, LiveObserverTest::delta);

    assertThat(unlike(seen, Memory.SVM)).containsExactly(1);
  }

  @Test
  void aCacheThatIsFoundOnlyByWhatThePrimaryHoldsIsObservedAtTheFirstCheckpointToo()
      throws IOException {
    byte[] deltas = new byte[PAGES * PAGE];
    for (int page = 0; page < PAGES; page++) {
      fill(pvm, page, 70 + page);
      fill(deltas, page, 70 + page);
    }
    byte[] other = deltas.clone();
    other[0] = 1;
    try (AnonymousMemory secondary = new AnonymousMemory()) {
      secondary.map(other); // its own, of which the guest has written a page
      secondary.map(deltas);
      cache = true;
      List<Observation> seen = checkpoint(() -> fill(pvm, 1, 71), () -> {}, ram -> allPages(ram));

      assertThat(pages(seen, Memory.CACHE)).hasSize(PAGES);
      assertThat(unlike(seen, Memory.CACHE)).isEmpty();
    }
  }

  @Test
  void firmwareThatIsThrownBackIsToldAlthoughItIsNeitherAsBeforeNorAsSent() throws IOException {
    List<Observation> seen = checkpoint(() -> {}, () -> fill(rom, 0, 0x77));

    assertThat(seen.stream().filter(o -> o.getBlock().equals(FIRMWARE)).toList())
        .singleElement()
        .satisfies(o -> assertThat(unlike(List.of(o), Memory.SVM)).containsExactly(0));
  }

  @Test
  void whatWasToBeObservedAndNeverCameToItIsMissed() throws IOException {
    try (LiveObserver observer = observer(Duration.ofSeconds(10))) {
      observer.over();
      observer.over();
    }
    writer.close(true, "over");

    assertThat(events())
        .allSatisfy(event -> assertThat(event.getKind()).isEqualTo(Kind.OBSERVATION_MISSED))
        .extracting(event -> event.getMissed().getMemory())
        .containsExactly(Memory.PVM, Memory.SVM);
  }

  @Test
  void anObservationWithoutTimeIsIncompleteAndSaysSo() throws IOException {
    try (LiveObserver observer = observer(Duration.ofNanos(1))) {
      observer.held(ColoMessageType.CHECKPOINT_REPLY);
      observer.held(ColoMessageType.VMSTATE_LOADED);
    }

    assertThat(report).isNotEmpty().allSatisfy(line -> assertThat(line).contains("checkpoint 1"));
    assertThat(report.getFirst()).startsWith("observation of checkpoint 1 is incomplete");
    writer.close(true, "over");
    assertThat(events())
        .allSatisfy(event -> assertThat(event.getKind()).isEqualTo(Kind.OBSERVATION_MISSED))
        .extracting(event -> event.getMissed().getMemory())
        .contains(Memory.PVM, Memory.SVM);
  }

  /** One checkpoint in which the primary sends page 1, filled with 7. */
  private List<Observation> checkpoint(Runnable beforeIt, Runnable flush) throws IOException {
    return checkpoint(beforeIt, flush, ram -> ram.page("pc.ram", PAGE, 7));
  }

  private List<Observation> checkpoint(
      Runnable beforeIt, Runnable flush, Consumer<MigrationStreamBuilder> pages)
      throws IOException {
    fill(pvm, 1, 7);
    beforeIt.run();
    try (LiveObserver observer = observer(Duration.ofSeconds(10))) {
      observer.held(ColoMessageType.CHECKPOINT_REPLY);
      byte[] all =
          initial().checkpoint(pages, blob -> blob.device(0, "timer", new byte[9])).bytes();
      int before = (int) writer.length(MAIN);
      writer.bytes(MAIN, ByteBuffer.wrap(all, before, all.length - before));
      flush.run();
      write();
      observer.held(ColoMessageType.VMSTATE_LOADED);
    }
    writer.close(true, "over");
    return observations();
  }

  /** All pages as differences of which nobody knows what they make. */
  private static void allPages(MigrationStreamBuilder ram) {
    ram.page("pc.ram", 0, 1).xbzrle(0, new byte[] {0, 1, 7});
    for (int page = 1; page < PAGES; page++) {
      ram.xbzrle((long) page * PAGE, new byte[] {0, 1, 7});
    }
  }

  /** Page 1 as a difference to what it was. */
  private static void delta(MigrationStreamBuilder ram) {
    ram.page("pc.ram", 0, 1).xbzrle(PAGE, new byte[] {0, 1, 7});
  }

  private static MigrationStreamBuilder initial() {
    return MigrationStreamBuilder.stream()
        .enableColo()
        .ramSetup(
            new MigrationStreamBuilder.Block("pc.ram", (long) PAGES * PAGE),
            new MigrationStreamBuilder.Block(FIRMWARE, PAGE))
        .ramEnd(
            ram -> ram.page("pc.ram", 0, 1).page(PAGE, 2).page(2L * PAGE, 3).page(FIRMWARE, 0, 4))
        .eof()
        .description();
  }

  private LiveObserver observer(Duration hold) throws IOException {
    write();
    List<LiveTarget> targets = new ArrayList<>();
    targets.add(LiveTarget.parse(Memory.PVM, folder.resolve("pvm").toString()));
    targets.add(LiveTarget.parse(Memory.SVM, "pc.ram=" + folder.resolve("svm")));
    targets.add(new LiveTarget(Memory.SVM, FIRMWARE, folder.resolve("rom"), 0));
    if (cache) {
      targets.add(new LiveTarget(Memory.CACHE, "pc.ram", null, ProcessHandle.current().pid()));
    }
    ObserverSettings settings = new ObserverSettings(targets, 1, hold);
    return new LiveObserver(settings, journal, writer, report::add);
  }

  private List<Observation> observations() {
    return events().stream().map(Event::getObservation).toList();
  }

  private List<Event> events() {
    EventCodec<Event> codec = EventCodec.events();
    List<Event> events = new ArrayList<>();
    try (JournalReader reader = JournalReader.behind(journal, writer)) {
      for (JournalRecord r = reader.next(); r != null; r = reader.next()) {
        if (r.type() == JournalRecord.Type.OBSERVATION) {
          events.add(codec.decode(r.payload(), () -> "journal"));
        }
      }
    }
    return events;
  }

  private void write() throws IOException {
    Files.write(folder.resolve("pvm"), pvm);
    Files.write(folder.resolve("svm"), svm);
    Files.write(folder.resolve("rom"), rom);
  }

  private static List<Integer> pages(List<Observation> seen, Memory memory) {
    List<Integer> pages = new ArrayList<>();
    for (Observation o : seen) {
      for (int i = 0; o.getMemory() == memory && i < o.getDigests().remaining() / 16; i++) {
        pages.add((int) (o.getOffset() / PAGE) + i);
      }
    }
    return pages;
  }

  private static List<Integer> unlike(List<Observation> seen, Memory memory) {
    return seen.stream()
        .filter(o -> o.getMemory() == memory)
        .flatMap(o -> o.getDiffering().stream())
        .map(page -> (int) (page.getOffset() / PAGE))
        .toList();
  }

  private static void fill(byte[] memory, int page, int value) {
    Arrays.fill(memory, page * PAGE, (page + 1) * PAGE, (byte) value);
  }
}
