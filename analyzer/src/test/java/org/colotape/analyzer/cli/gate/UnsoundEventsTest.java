package org.colotape.analyzer.cli.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.colotape.analyzer.cli.fixture.Cli;
import org.colotape.analyzer.cli.fixture.Streams;
import org.colotape.schema.broker.EmbeddedBroker;
import org.colotape.schema.check.SoundEvents;
import org.colotape.schema.codec.EventCodec;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.Recording;
import org.colotape.schema.event.RecordingState;
import org.colotape.schema.fixture.Proofs;
import org.colotape.schema.kafka.KafkaLog;
import org.colotape.schema.kafka.RawKafka;
import org.colotape.schema.log.RecordingLog;
import org.colotape.schema.tape.TapeSink;
import org.colotape.schema.tape.TapeSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A recording with an event that lacks the field of its kind, has another one's, or says what
 * cannot be: each command that reads it says so in one line that names the event and where it came
 * from, and ends with exit code 3.
 */
class UnsoundEventsTest {
  private static final String LACKS = "it lacks the field of its kind";

  @TempDir static Path home;
  private static EmbeddedBroker broker;
  private static Recording head;
  private static List<Event> sound;

  @TempDir Path folder;
  private final Cli cli = new Cli(home);

  @BeforeAll
  static void record(@TempDir Path captures) {
    broker = EmbeddedBroker.open(home);
    Path stream = Streams.write(captures.resolve("p2s"), Streams.colo(2));
    Path tape = captures.resolve("colo.tape");
    Cli cli = new Cli(home);
    cli.run("record", "--from-file", stream, "--as", "colo", "--partitions", 1).isFine();
    cli.run("export", "colo", tape).isFine();
    try (TapeSource source = TapeSource.open(tape)) {
      head = source.recording();
      sound = new ArrayList<>();
      source.forEach(sound::add);
    }
  }

  @AfterAll
  static void stopTheBroker() {
    broker.close();
  }

  @Test
  void theRecordingThatTheseAreMadeOfIsSound() {
    Path tape = tape(sound);
    cli.run("replay", tape).isFine();
    assertThat(cli.run("verify", tape).exitCode()).isZero();
    assertThat(cli.run("show", tape).isFine().lines()).hasSizeGreaterThan(10);
    cli.run("blame", tape, "pc.ram+0x1000").isFine();
    cli.run("bisect", tape, "--at", "pc.ram+0x1000", "--byte", "0x11").isFine();
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"UNKNOWN", "STREAM_HEADER", "END_OF_SECTIONS"})
  void everyCommandRefusesATapeWithAnEventThatLacksItsField(Kind kind) {
    Path tape = tape(with(without(kind)));
    String[] parts = {"event 1 is no sound " + kind, LACKS, "(" + tape + "): restore it from"};
    for (List<Object> command : some(ReadingCommands.of(tape, folder), kind)) {
      cli.run(command.toArray()).hasFailed(parts);
    }
    cli.run("import", tape, "--as", "import-" + kind).hasFailed(parts);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "UNKNOWN")
  void everyCommandRefusesATapeWithAnEventThatHasAnotherKindsField(Kind kind) {
    Path tape = tape(with(withAnother(kind)));
    for (List<Object> command : some(ReadingCommands.eachOnce(tape, folder), kind)) {
      cli.run(command.toArray())
          .hasFailed("event 1 is no sound " + kind, "not of its kind alone are the fields");
    }
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"UNKNOWN", "STREAM_HEADER", "END_OF_SECTIONS"})
  void everyCommandRefusesTopicsWithAnEventThatLacksItsField(Kind kind) {
    String name = "lacks-" + kind;
    publish(name, with(without(kind)));

    for (List<Object> command : some(ReadingCommands.eachOnce(name, folder), kind)) {
      cli.run(command.toArray())
          .hasFailed("event 1 is no sound " + kind, LACKS, "colotape." + name + ".control-0");
    }
  }

  @Test
  void whatNoCommandReadsCanBeListedAndDeleted() {
    publish("doomed", with(without(Kind.PAGE)));

    assertThat(cli.run("list").isFine().out()).contains("doomed");
    cli.run("delete", "doomed").isFine();
    assertThat(cli.run("list").isFine().out()).doesNotContain("doomed");
  }

  @Test
  void whatComesBeforeTheEventCanBeRead() {
    List<Event> events = new ArrayList<>(sound);
    int last = events.size() - 1;
    events.set(last, numbered(without(Kind.RECORDING_END), last));
    Path tape = tape(events);

    cli.run("replay", tape, "--at", 1).isFine();
    cli.run("show", tape, "--limit", 10).isFine();
    cli.run("replay", tape).hasFailed("event " + last + " is no sound RECORDING_END");
  }

  @Test
  void anEventOfALaterKindIsShownAndEndsAReplay() {
    Event later = SoundEvents.of(Kind.UNKNOWN);
    Path tape = tape(with(later));

    cli.run("replay", tape).hasFailed("event of an unknown kind (event 1)");
    assertThat(cli.run("show", tape, "--kind", "unknown").isFine().out()).contains("UNKNOWN");
  }

  @ParameterizedTest
  @ValueSource(strings = {"badpage", "nulls", "ps0", "pshuge", "obs2", "obs3", "sp2", "sp3"})
  void everyCommandRefusesAHostileTape(String name) throws IOException {
    Path tape = folder.resolve(name + ".tape");
    try (var in =
        getClass().getResourceAsStream("/org/colotape/analyzer/hostile/" + name + ".tape")) {
      Files.copy(in, tape);
    }

    for (List<Object> command : ReadingCommands.of(tape, folder)) {
      // of an excerpt no channel can be written or verified, whatever it holds
      assertThat(cli.run(command.toArray()).hasFailed("colotape: ").err())
          .containsAnyOf(" is no sound ", "the recording is not as it was captured");
    }
    cli.run("import", tape, "--as", name).hasFailed(" is no sound ", tape.toString());
  }

  /** Each command line comes with some of the kinds; as a proof, each with each. */
  private static List<List<Object>> some(List<List<Object>> commands, Kind kind) {
    return Proofs.some(commands, List.of(Kind.values()).indexOf(kind), 4);
  }

  private static Event without(Kind kind) {
    Event event = SoundEvents.of(kind);
    for (Schema.Field field : event.getSchema().getFields()) {
      if (field.schema().isNullable()) {
        event.put(field.pos(), null);
      }
    }
    return event;
  }

  private static Event withAnother(Kind kind) {
    Event event = SoundEvents.of(kind);
    if (kind == Kind.MIG_COMMAND) {
      event.setMark(SoundEvents.of(Kind.RAM_MARK).getMark());
    } else {
      event.setCommand(SoundEvents.of(Kind.MIG_COMMAND).getCommand());
    }
    return event;
  }

  /** The sound recording with this event behind its first one. */
  private static List<Event> with(Event unsound) {
    List<Event> events = new ArrayList<>();
    for (Event event : sound) {
      events.add(numbered(event, events.size()));
      if (events.size() == 1) {
        events.add(numbered(unsound, 1));
      }
    }
    return events;
  }

  private static Event numbered(Event event, int seq) {
    Event copy = Event.newBuilder(event).build();
    copy.setSeq(seq);
    return copy;
  }

  private Path tape(List<Event> events) {
    Path file = folder.resolve("unsound.tape");
    try (TapeSink sink = TapeSink.create(file, entry("unsound", events))) {
      events.forEach(sink::accept);
      sink.seal();
    }
    return file;
  }

  /** Puts the first events on the control topic; no command may come further. */
  private static void publish(String name, List<Event> events) {
    try (RecordingLog log = KafkaLog.embedded(home)) {
      log.create(name, head.getId(), 1).close();
    }
    try (RawKafka raw = new RawKafka(broker.clientProperties(), name)) {
      for (Event event : events.subList(0, 2)) {
        event.setPageEnds(List.of(0L));
        raw.sendControl(EventCodec.events().encode(event));
      }
      raw.setEntry(entry(name, events));
    }
  }

  private static Recording entry(String name, List<Event> events) {
    return Recording.newBuilder(head)
        .setName(name)
        .setState(RecordingState.SEALED)
        .setEvents(events.size())
        .build();
  }
}
