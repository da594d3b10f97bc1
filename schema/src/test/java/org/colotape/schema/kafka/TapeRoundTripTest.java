package org.colotape.schema.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.colotape.schema.log.EventAssertions.assertSameEvents;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Recording;
import org.colotape.schema.log.EventSink;
import org.colotape.schema.log.EventSource;
import org.colotape.schema.log.SampleEvents;
import org.colotape.schema.tape.TapeSink;
import org.colotape.schema.tape.TapeSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Export to a tape and import from it lose nothing. */
final class TapeRoundTripTest extends KafkaFixture {
  @RegisterExtension static final EmbeddedKafka BROKER = new EmbeddedKafka();

  private final List<Event> events = SampleEvents.recording(1, 3, 400);
  @TempDir private Path folder;

  @Override
  Map<String, Object> clientProperties() {
    return BROKER.clientProperties();
  }

  @Test
  void aRecordingThatGoesToATapeAndBackIsTheSameInEveryByteAndBarrier() {
    write(events, 3);

    export();
    String copy = importTape(3);

    assertSameEvents(read(copy), events);
    assertThat(Recording.newBuilder(entry(copy)).setName(name).setCreatedAt(0).build())
        .isEqualTo(Recording.newBuilder(entry(name)).setCreatedAt(0).build());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 8})
  void onAnotherNumberOfPartitionsOnlyTheBarriersDiffer(int partitions) {
    write(events, 3);

    export();
    String copy = importTape(partitions);

    List<Event> read = read(copy);
    assertThat(read.getLast().getPageEnds()).hasSize(partitions);
    assertSameEvents(withoutBarriers(read), withoutBarriers(events));
  }

  @Test
  void aTapeHoldsTheEventsAsTheTopicsDo() {
    write(events, 3);

    export();

    List<Event> onTape = new ArrayList<>();
    try (TapeSource source = TapeSource.open(tape())) {
      source.forEach(onTape::add);
      assertThat(source.recording()).isEqualTo(entry(name));
    }
    assertSameEvents(onTape, read());
  }

  private Path tape() {
    return folder.resolve("sample.tape");
  }

  private void export() {
    try (EventSource source = log.open(name);
        TapeSink sink = TapeSink.create(tape(), source.recording())) {
      source.forEach(sink::accept);
      sink.seal();
    }
  }

  private String importTape(int partitions) {
    String copy = name + "-copy";
    try (TapeSource source = TapeSource.open(tape());
        EventSink sink = log.create(copy, source.recording().getId(), partitions)) {
      source.forEach(sink::accept);
      sink.seal();
    }
    return copy;
  }

  private static List<Event> withoutBarriers(List<Event> events) {
    return events.stream()
        .map(event -> Event.newBuilder(event).setPageEnds(List.of()).build())
        .toList();
  }
}
