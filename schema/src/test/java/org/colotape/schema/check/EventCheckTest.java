package org.colotape.schema.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.colotape.schema.check.SoundEvents.PAGE;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.event.Direction;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.MigrationEnd;
import org.colotape.schema.event.MigrationOutcome;
import org.colotape.schema.event.Observation;
import org.colotape.schema.event.ObservedPage;
import org.colotape.schema.event.Padding;
import org.colotape.schema.event.Page;
import org.colotape.schema.event.PageEncoding;
import org.colotape.schema.event.PagePacket;
import org.colotape.schema.event.RamBlock;
import org.colotape.schema.event.Section;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class EventCheckTest {
  @ParameterizedTest
  @EnumSource
  void aSoundEventOfEachKindPasses(Kind kind) {
    check(SoundEvents.of(kind));
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"UNKNOWN", "STREAM_HEADER", "END_OF_SECTIONS"})
  void anEventWithoutTheFieldOfItsKindIsRefused(Kind kind) {
    Event event = SoundEvents.of(kind);
    fields().forEach(field -> event.put(field.pos(), null));

    refuses(event, "event 0 is no sound " + kind + ": it lacks the field of its kind (here): ");
  }

  /** Whatever fields the schema has: a new one must be known to the check. */
  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "UNKNOWN")
  void anEventWithAFieldOfAnotherKindIsRefused(Kind kind) {
    for (Kind other : Kind.values()) {
      Event from = SoundEvents.of(other);
      Event event = SoundEvents.of(kind);
      for (Schema.Field field : fields().toList()) {
        Object value = from.get(field.pos());
        if (value != null && event.get(field.pos()) == null) {
          event.put(field.pos(), value);
          refuses(event, "not of its kind alone are the fields ");
          event.put(field.pos(), null);
        }
      }
    }
  }

  @Test
  void everyFieldThatAnEventMayHaveIsOfSomeKind() {
    List<String> filled = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      Event event = SoundEvents.of(kind);
      fields().filter(field -> event.get(field.pos()) != null).forEach(f -> filled.add(f.name()));
    }
    assertThat(filled).containsAll(fields().map(Schema.Field::name).toList());
  }

  @Test
  void aKindOfALaterSchemaPassesWithWhateverItHas() {
    Event event = SoundEvents.of(Kind.PAGE);
    event.getPage().setPageSize(-7);
    event.setKind(Kind.UNKNOWN);

    check(event);
  }

  @Test
  void numbersAtTheirLimitsPass() {
    Event page = SoundEvents.of(Kind.PAGE);
    page.setChannel(Limits.MAX_CHANNELS - 1);
    check(page);
    Event start = SoundEvents.of(Kind.MULTIFD_START);
    start.getMultifdStart().setChannelId(Limits.MAX_MULTIFD_CHANNELS - 1);
    check(start);
    Event hole = SoundEvents.of(Kind.PADDING);
    hole.getPadding().setLength(Limits.MAX_HOLE_BYTES);
    check(hole);
    Event list = SoundEvents.of(Kind.RAM_BLOCK_LIST);
    list.getBlocks().setBlocks(blocks(list, Limits.MAX_BLOCKS));
    check(list);
  }

  @Test
  void numbersBeyondTheirLimitsAreRefused() {
    Event start = SoundEvents.of(Kind.MULTIFD_START);
    start.getMultifdStart().setChannelId(Limits.MAX_MULTIFD_CHANNELS);
    refuses(start, "event 0 is no sound MULTIFD_START: version 1, multifd channel 256");
    Event hole = SoundEvents.of(Kind.PADDING);
    hole.getPadding().setLength(Limits.MAX_HOLE_BYTES + 1);
    refuses(hole, "event 0 is no sound PADDING: 0 wire bytes for padding of ");
    Event list = SoundEvents.of(Kind.RAM_BLOCK_LIST);
    list.getBlocks().setBlocks(blocks(list, Limits.MAX_BLOCKS + 1));
    refuses(list, "event 0 is no sound RAM_BLOCK_LIST: 16385 RAM blocks, more than 16384");
  }

  private static List<RamBlock> blocks(Event list, int count) {
    return Collections.nCopies(count, list.getBlocks().getBlocks().getFirst());
  }

  static Stream<Arguments> misplaced() {
    return Stream.of(
        wrong("seq", Kind.PAGE, e -> e.setSeq(-1)),
        wrong("channel", Kind.PAGE, e -> e.setChannel(-1)),
        wrong("channel 512", Kind.PAGE, e -> e.setChannel(Limits.MAX_CHANNELS)),
        wrong("checkpoint", Kind.PAGE, e -> e.setCheckpoint(-1)),
        wrong("last checkpoint", Kind.CHECKPOINT_SEALED, e -> e.setCheckpoint(Integer.MAX_VALUE)),
        wrong("seq of an unknown kind", Kind.UNKNOWN, e -> e.setSeq(-1)),
        wrong("no recording", Kind.PAGE, e -> e.setRecording(null)),
        wrong("no direction", Kind.PAGE, e -> e.setDirection(null)),
        wrong("no kind", Kind.PAGE, e -> e.setKind(null)),
        wrong("no wire bytes", Kind.PAGE, e -> e.setWire(null)),
        wrong("no page ends", Kind.PAGE, e -> e.setPageEnds(null)),
        wrong("page not sent", Kind.PAGE, e -> e.setDirection(Direction.NONE)),
        wrong("page sent back", Kind.PAGE, e -> e.setDirection(Direction.SVM_TO_PVM)),
        wrong("message not sent", Kind.COLO_MESSAGE, e -> e.setDirection(Direction.NONE)),
        wrong("reply sent forth", Kind.RETURN_MESSAGE, e -> e.setDirection(Direction.PVM_TO_SVM)),
        wrong("seal sent", Kind.CHECKPOINT_SEALED, e -> e.setDirection(Direction.PVM_TO_SVM)),
        wrong("seal with offset", Kind.CHECKPOINT_SEALED, e -> e.setStreamOffset(0)),
        wrong("seal with bytes", Kind.CHECKPOINT_SEALED, e -> e.setWire(ByteBuffer.allocate(1))),
        wrong("page without offset", Kind.PAGE, e -> e.setStreamOffset(-1)),
        wrong("stream beyond 2^63", Kind.PAGE, e -> e.setStreamOffset(Long.MAX_VALUE - PAGE)),
        wrong("bytes behind an end", Kind.CHANNEL_END, e -> e.setWire(ByteBuffer.allocate(1))));
  }

  static Stream<Arguments> pages() {
    return Stream.of(
        page("no size", p -> p.setPageSize(0)),
        page("negative size", p -> p.setPageSize(-4096)),
        page("least int", p -> p.setPageSize(Integer.MIN_VALUE)),
        page("odd size", p -> p.setPageSize(4095)),
        page("size of 1 GiB", p -> p.setPageSize(1 << 30)),
        page("negative offset", p -> p.setOffset(-4096L)),
        page("odd offset", p -> p.setOffset(4097L)),
        page("no pages", p -> p.setPages(0)),
        page("negative pages", p -> run(p, 0L, -5)),
        page("two raw pages", p -> p.setPages(2)),
        page("run longer than a region", p -> run(p, 0L, 513)),
        page("run across a region", p -> run(p, 511L * PAGE, 2)),
        page("run of all pages", p -> run(p, 0L, Integer.MAX_VALUE)),
        page("contents before the bytes", p -> p.setDataStart(-1)),
        page("contents behind the bytes", p -> p.setDataStart(8 + PAGE + 1)),
        page("stream page of no packet", p -> p.setEncoding(PageEncoding.ZSTD_STREAM)),
        page("raw page of a stream", p -> p.setPacket(new PagePacket(3L, 0))),
        page("negative place in a packet", p -> p.setPacket(new PagePacket(3L, -2))));
  }

  static Stream<Arguments> contents() {
    return Stream.of(
        wrong("observation without pages", e -> e.setDigests(ByteBuffer.allocate(0))),
        wrong("half a digest", e -> e.setDigests(ByteBuffer.allocate(24))),
        wrong("observation of size 0", e -> e.setPageSize(0)),
        wrong("observation at an odd offset", e -> e.setOffset(7L)),
        wrong("observation across a region", e -> e.setOffset(509L * PAGE)),
        wrong("observation beyond all blocks", e -> e.setOffset(Long.MAX_VALUE & -PAGE * 512L)),
        wrong("differing page cut", e -> e.setDiffering(differing(0, 5))),
        wrong("differing page elsewhere", e -> e.setDiffering(differing(4L * PAGE, PAGE))),
        wrong("differing page before", e -> e.setDiffering(differing(-PAGE, PAGE))),
        wrong("start of size 0", Kind.START_PAGES, e -> e.getStartPages().setPageSize(0)),
        wrong("half a page", Kind.START_PAGES, e -> startPages(e, PAGE / 2)),
        wrong("start without pages", Kind.START_PAGES, e -> startPages(e, 0)),
        wrong("start of 2 MiB", Kind.START_PAGES, e -> startPages(e, 2 << 20)),
        wrong("state of size 0", Kind.START_STATE, e -> e.getStartState().setPageSize(0)),
        wrong(
            "state behind the last checkpoint",
            Kind.START_STATE,
            e -> e.getStartState().setCheckpoint(Integer.MAX_VALUE)),
        wrong("list of size 0", Kind.RAM_BLOCK_LIST, e -> e.getBlocks().setPageSize(0)),
        wrong("list of size 3", Kind.RAM_BLOCK_LIST, e -> e.getBlocks().setPageSize(3)),
        wrong("negative list", Kind.RAM_BLOCK_LIST, e -> e.getBlocks().setTotalLength(-1L)),
        wrong(
            "negative block",
            Kind.RAM_BLOCK_LIST,
            e -> e.getBlocks().getBlocks().getFirst().setUsedLength(-1L)),
        wrong("section id", Kind.SECTION_START, e -> e.getSection().setId(1L << 32)),
        wrong("instance", Kind.SECTION_END, e -> e.getSection().setInstance(-1L)),
        wrong("position", Kind.DEVICE_STATE, e -> e.getSection().setPosition(-1L)),
        wrong("long piece", Kind.DEVICE_STATE, e -> e.setWire(ByteBuffer.allocate(1 << 21))),
        wrong("long data", Kind.MULTIFD_DATA, e -> e.setWire(ByteBuffer.allocate(1 << 21))),
        wrong("data position", Kind.MULTIFD_DATA, e -> e.getPacketData().setPosition(-1L)),
        wrong("long bitmap", Kind.PAGE_BITMAP, e -> e.setWire(ByteBuffer.allocate(1 << 21))),
        wrong("packet pages", Kind.MULTIFD_PACKET, e -> e.getPacket().setNormalPages(-1)),
        wrong("packet flags", Kind.MULTIFD_PACKET, e -> e.getPacket().setFlags(-1L)),
        wrong("packet length", Kind.MULTIFD_PACKET, e -> e.getPacket().setDataLength(-1L)),
        wrong("channel id", Kind.MULTIFD_START, e -> e.getMultifdStart().setChannelId(-1)),
        wrong("description", Kind.VM_DESCRIPTION, e -> e.getDescription().setLength(-1L)),
        wrong("negative padding", Kind.PADDING, e -> e.setPadding(new Padding(-1L))),
        wrong("padding beyond 2^63", Kind.PADDING, EventCheckTest::endlessPadding),
        wrong("padding with bytes", Kind.PADDING, e -> e.setWire(ByteBuffer.allocate(3))),
        wrong("seal", Kind.CHECKPOINT_SEALED, e -> e.getSeal().setPages(-1L)),
        wrong(
            "migration end",
            Kind.RECORDING_END,
            e ->
                e.getEnd()
                    .setMigration(new MigrationEnd(MigrationOutcome.REFUSED, "closed", -2L, ""))),
        wrong("channel length", Kind.CHANNEL_END, e -> e.getChannelEnd().setLength(-1L)),
        wrong("command", Kind.MIG_COMMAND, e -> e.getCommand().setLength(-1)),
        wrong("reply", Kind.RETURN_MESSAGE, e -> e.getReply().setLength(-1)),
        wrong("message", Kind.COLO_MESSAGE, e -> e.getMessage().setSize(-1L)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"misplaced", "pages", "contents"})
  void anEventWithANumberThatCannotBeIsRefused(String what, Event event) {
    refuses(event, "event " + event.getSeq() + " is no sound " + event.getKind() + ": ");
  }

  static Stream<Arguments> odd() {
    return Stream.of(
        page("outside of every block", p -> p.setOffset(Long.MAX_VALUE & -PAGE)),
        page("of no block", p -> p.setBlock("")),
        page("without contents", p -> p.setDataStart(8 + PAGE)),
        page("of a later encoding", p -> p.setEncoding(PageEncoding.UNKNOWN)),
        page("run up to the end of a region", p -> run(p, 510L * PAGE, 2)),
        page("run of a whole region", p -> run(p, 512L * PAGE, 512)),
        page(
            "zero page of a packet",
            p -> {
              run(p, 0L, 2);
              p.setPacket(new PagePacket(3L, -1));
            }),
        page(
            "stream page",
            p -> {
              p.setEncoding(PageEncoding.ZLIB_STREAM);
              p.setPacket(new PagePacket(-1L, 5));
            }),
        wrong("message back", Kind.COLO_MESSAGE, e -> e.setDirection(Direction.SVM_TO_PVM)),
        wrong(
            "empty excerpt",
            Kind.START_STATE,
            e -> {
              e.getStartState().setBlocks(List.of());
              e.getStartState().setPageSize(0);
            }),
        wrong(
            "padding of bytes",
            Kind.PADDING,
            e -> {
              e.setWire(ByteBuffer.allocate(3));
              e.setPadding(new Padding(3L));
            }),
        wrong("piece of 1 MiB", Kind.DEVICE_STATE, e -> e.setWire(ByteBuffer.allocate(1 << 20))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("odd")
  void whatADamagedStreamOrAnExcerptMayHoldPasses(String what, Event event) {
    check(event);
  }

  @Test
  void anEventWithoutPlaceIsHeldToItsContentsOnly() {
    Event event = SoundEvents.of(Kind.DEVICE_STATE);
    event.setStreamOffset(-9);
    EventCheck.checkContents(event, () -> "here");
    event.setSection((Section) null);

    assertThatThrownBy(() -> EventCheck.checkContents(event, () -> "here"))
        .isInstanceOf(ColotapeException.class)
        .hasMessageContaining("no sound DEVICE_STATE");
  }

  private static Arguments wrong(String what, Kind kind, Consumer<Event> change) {
    Event event = SoundEvents.of(kind);
    change.accept(event);
    return Arguments.of(what, event);
  }

  private static Arguments wrong(String what, Consumer<Observation> change) {
    return wrong(what, Kind.OBSERVATION, event -> change.accept(event.getObservation()));
  }

  private static Arguments page(String what, Consumer<Page> change) {
    return wrong(what, Kind.PAGE, event -> change.accept(event.getPage()));
  }

  private static void run(Page page, long offset, int pages) {
    page.setEncoding(PageEncoding.ZERO);
    page.setOffset(offset);
    page.setPages(pages);
  }

  private static void startPages(Event event, int bytes) {
    event.getStartPages().setContents(ByteBuffer.allocate(bytes));
  }

  private static List<ObservedPage> differing(long offset, int bytes) {
    return List.of(new ObservedPage(offset, ByteBuffer.allocate(bytes)));
  }

  private static void endlessPadding(Event event) {
    event.setStreamOffset(2);
    event.setPadding(new Padding(Long.MAX_VALUE - 1));
  }

  private static void check(Event event) {
    EventCheck.check(event, () -> "here");
  }

  private static void refuses(Event event, String message) {
    assertThatThrownBy(() -> check(event))
        .isInstanceOf(ColotapeException.class)
        .hasMessageContaining(message)
        .hasMessageContaining(" (here): restore it");
  }

  private static Stream<Schema.Field> fields() {
    return Event.getClassSchema().getFields().stream().filter(f -> f.schema().isNullable());
  }
}
