package org.colotape.analyzer.chronicle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.colotape.replayer.fixture.EventList;
import org.colotape.replayer.fixture.EventScript;
import org.colotape.schema.event.ColoMessageType;
import org.colotape.schema.event.Direction;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.PageEncoding;
import org.junit.jupiter.api.Test;

class ChronicleTest {
  private static final int PAGE = EventScript.PAGE;

  @Test
  void aCheckpointIsASequenceOfMessagesWithMemoryAndDevicesBetween() {
    Chapter chapter =
        of(checkpoint(pages -> pages.raw("ram", 0, 1).raw("ram", 2 * PAGE, 2).zero("ram", PAGE, 1)))
            .chapters()
            .get(1);

    assertThat(chapter.steps())
        .extracting(Step::direction, Step::name)
        .containsSubsequence(
            tuple(Direction.PVM_TO_SVM, "CHECKPOINT_REQUEST"),
            tuple(Direction.SVM_TO_PVM, "CHECKPOINT_REPLY"),
            tuple(Direction.PVM_TO_SVM, "VMSTATE_SEND"),
            tuple(Direction.PVM_TO_SVM, "RAM"),
            tuple(Direction.PVM_TO_SVM, "VMSTATE_SIZE"),
            tuple(Direction.SVM_TO_PVM, "VMSTATE_RECEIVED"),
            tuple(Direction.SVM_TO_PVM, "VMSTATE_LOADED"),
            tuple(Direction.NONE, "checkpoint whole"));
    Step ram =
        chapter.steps().stream().filter(s -> s.name().equals("RAM")).findFirst().orElseThrow();
    assertThat(ram.text()).isEqualTo("3 pages: 2 RAW, 1 ZERO");
    assertThat(ram.events()).isGreaterThanOrEqualTo(3);
    assertThat(ram.lastSeq() - ram.firstSeq()).isEqualTo(ram.events() - 1);
  }

  @Test
  void everyPageCountsAsOftenAsItWasSentAndIsInTheSetOnce() {
    Chapter chapter =
        of(checkpoint(pages -> pages.raw("ram", 0, 1).raw("ram", 0, 2).zero("ram", 2 * PAGE, 2)))
            .chapters()
            .get(1);

    assertThat(chapter.encodings()).isEqualTo(Map.of(PageEncoding.RAW, 2L, PageEncoding.ZERO, 2L));
    assertThat(chapter.written()).hasToString("{ram=0, 2..3}");
  }

  @Test
  void thePauseIsTheTimeFromSendToLoaded() {
    EventScript script = checkpoint(pages -> pages.raw("ram", 0, 1));
    for (Event event : script.events()) {
      event.setCaptureTime(1000 * event.getSeq());
    }
    List<Event> events = script.events();
    long send = seq(events, ColoMessageType.VMSTATE_SEND);
    long loaded = seq(events, ColoMessageType.VMSTATE_LOADED);

    assertThat(of(script).chapters())
        .extracting(Chapter::pause)
        .containsExactly(-1L, 1000 * (loaded - send));
  }

  @Test
  void bytesAreThoseOfEachDirection() {
    EventScript script = checkpoint(pages -> pages.raw("ram", 0, 1));
    long toPvm =
        script.events().stream()
            .filter(e -> e.getCheckpoint() == 1 && e.getDirection() == Direction.SVM_TO_PVM)
            .mapToLong(e -> e.getWire().remaining())
            .sum();

    Chapter chapter = of(script).chapters().get(1);
    assertThat(chapter.bytesToPvm()).isEqualTo(toPvm).isPositive();
    assertThat(chapter.bytesToSvm()).isGreaterThan(PAGE);
  }

  @Test
  void timesOfFilesAreNoTimesOfTheMigration() {
    assertThat(from(false).timed()).isFalse();
    assertThat(from(true).timed()).isTrue();
  }

  @Test
  void whatCannotBeParsedAndWhatIsCutIsSaid() {
    EventScript script =
        EventScript.withReturnPath()
            .block("ram", 4 * PAGE)
            .opaque(Direction.PVM_TO_SVM, "no such section")
            .seal(false)
            .end();
    Chapter chapter = of(script).chapters().getFirst();
    assertThat(chapter.whole()).isFalse();
    assertThat(chapter.steps())
        .anySatisfy(step -> {
          assertThat(step.sort()).isEqualTo(Step.Sort.UNPARSED);
          assertThat(step.text()).isEqualTo("no such section");
        });
  }

  @Test
  void aStreamOfOddMessagesDoesNotFillTheHeap() {
    EventScript script = EventScript.withReturnPath().block("ram", PAGE);
    for (int i = 0; i < 1000; i++) {
      script.command(1, "PING");
    }
    Chapter chapter = of(script).chapters().getFirst();
    assertThat(chapter.steps()).hasSize(400);
    assertThat(chapter.steps().size() + chapter.further()).isEqualTo(1001);
  }

  private static EventScript checkpoint(Consumer<EventScript> pages) {
    return EventScript.withReturnPath()
        .coloMigration("ram", 4 * PAGE, first -> first.raw("ram", 0, 9))
        .checkpoint(pages);
  }

  private static Chronicle of(EventScript script) {
    EventList source = script.source();
    return Chronicle.of(source);
  }

  private static Chronicle from(boolean live) {
    EventScript script = checkpoint(pages -> pages.raw("ram", 0, 1));
    script.events().stream()
        .filter(event -> event.getKind() == Kind.RECORDING_START)
        .forEach(event -> event.getStart().setLive(live));
    return of(script);
  }

  private static long seq(List<Event> events, ColoMessageType type) {
    return events.stream()
        .filter(e -> e.getKind() == Kind.COLO_MESSAGE && e.getMessage().getType() == type)
        .mapToLong(Event::getSeq)
        .findFirst()
        .orElseThrow();
  }
}
