package org.colotape.schema.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.colotape.schema.log.EventAssertions.assertSameEvents;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.RecordingState;
import org.colotape.schema.layout.EventPlace;
import org.colotape.schema.log.EventSink;
import org.colotape.schema.log.SampleEvents;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a log promises to a recorder that goes on where another one ended. */
abstract class ResumeContract extends KafkaFixture {
  private static final int PARTITIONS = 3;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void whereverEachPartitionEndedTheRecordingComesOutWholeAndWithoutDuplicates(long seed) {
    List<Event> events = SampleEvents.recording(seed, 3, 60);
    int prefix = leave(events, new Random(seed));

    List<Event> present = new ArrayList<>();
    try (EventSink sink =
        log.resume(name, events.getFirst().getRecording(), PARTITIONS, present::add)) {
      assertSameEvents(present, events.subList(0, present.size()));
      assertThat(present.size()).isGreaterThanOrEqualTo(prefix);
      events.subList(present.size(), events.size()).forEach(sink::accept);
      sink.seal();
    }

    assertSameEvents(read(), events);
    assertThat(entry().getState()).isEqualTo(RecordingState.SEALED);
    assertThat(entry().getEvents()).isEqualTo(events.size());
  }

  @Test
  void aRecordingThatIsNotThereIsBegun() {
    List<Event> events = SampleEvents.recording(1, 1, 10);
    List<Event> present = new ArrayList<>();

    try (EventSink sink = log.resume(name, events.getFirst().getRecording(), 2, present::add)) {
      events.forEach(sink::accept);
      sink.seal();
    }

    assertThat(present).isEmpty();
    assertSameEvents(read(), events);
  }

  @Test
  void topicsThatWereMadeWithoutAnEntryAreMadeAgain() {
    try (RawKafka raw = new RawKafka(clientProperties(), name)) {
      raw.createTopic("colotape." + name + ".control");
    }
    List<Event> events = SampleEvents.recording(1, 1, 10);

    try (EventSink sink = log.resume(name, events.getFirst().getRecording(), 2, event -> {})) {
      events.forEach(sink::accept);
      sink.seal();
    }

    assertSameEvents(read(), events);
  }

  @Test
  void aSealedRecordingGivesAllItsEventsAndStaysSealed() {
    List<Event> events = SampleEvents.recording(1, 2, 20);
    write(events, PARTITIONS);
    List<Event> present = new ArrayList<>();

    try (EventSink sink =
        log.resume(name, events.getFirst().getRecording(), PARTITIONS, present::add)) {
      sink.seal();
    }

    assertSameEvents(present, events);
    assertSameEvents(read(), events);
    assertThat(entry().getEvents()).isEqualTo(events.size());
  }

  @Test
  void anotherRecordingOfTheSameNameIsLeftAlone() {
    List<Event> events = SampleEvents.recording(1, 1, 10);
    write(events, 2);

    assertThatThrownBy(() -> log.resume(name, new SampleEvents(2).id(), 2, event -> {}))
        .isInstanceOf(ColotapeException.class)
        .hasMessageStartingWith("the name belongs to another recording now (" + name);
    assertSameEvents(read(), events);
  }

  @Test
  void acknowledgementIsOfTheEventsThatWereAcceptedWhenItWasAskedFor() throws Exception {
    SampleEvents sample = new SampleEvents(1);
    try (EventSink sink = log.create(name, sample.id(), PARTITIONS)) {
      sink.accept(sample.start());
      var first = sink.acknowledgement();
      awaitAcknowledged(sink);
      assertThat(first.getAsBoolean()).isTrue();

      sink.accept(sample.page());
      assertThat(first.getAsBoolean()).isTrue();
      var second = sink.acknowledgement();
      awaitAcknowledged(sink);
      assertThat(second.getAsBoolean()).isTrue();
    }
  }

  /**
   * Leaves a recording as a killed recorder does: every partition ends somewhere, but none before a
   * certain event. Returns the number of events before that one.
   */
  private int leave(List<Event> events, Random random) {
    log.create(name, events.getFirst().getRecording(), PARTITIONS).close();
    int prefix = 1 + random.nextInt(events.size() - 1);
    int[] ends = new int[PARTITIONS + 1];
    for (int i = 0; i < ends.length; i++) {
      ends[i] = prefix + random.nextInt(events.size() - prefix + 1);
    }
    List<Long> pageEnds = new ArrayList<>(List.of(0L, 0L, 0L));
    try (RawKafka raw = new RawKafka(clientProperties(), name)) {
      for (int i = 0; i < events.size(); i++) {
        Event event = events.get(i);
        int place = EventPlace.pagePartition(event, PARTITIONS);
        event.setPageEnds(place == EventPlace.CONTROL ? List.copyOf(pageEnds) : List.of());
        if (i < ends[place == EventPlace.CONTROL ? PARTITIONS : place]) {
          raw.send(event, PARTITIONS);
        }
        if (place != EventPlace.CONTROL) {
          pageEnds.set(place, pageEnds.get(place) + 1);
        }
      }
    }
    return prefix;
  }
}
