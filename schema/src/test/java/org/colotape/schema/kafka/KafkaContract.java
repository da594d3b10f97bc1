package org.colotape.schema.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.colotape.schema.log.EventAssertions.assertSameEvents;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Recording;
import org.colotape.schema.event.RecordingId;
import org.colotape.schema.event.RecordingState;
import org.colotape.schema.layout.EventPlace;
import org.colotape.schema.log.EventSink;
import org.colotape.schema.log.EventSource;
import org.colotape.schema.log.Patience;
import org.colotape.schema.log.SampleEvents;
import org.colotape.schema.log.SeekableRecording;
import org.colotape.schema.log.StreamBytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What recordings on Kafka promise, whatever broker it is. */
abstract class KafkaContract extends KafkaFixture {
  @ParameterizedTest
  @ValueSource(ints = {1, 3, 8})
  void eventsComeBackEqualAndInOrderWithAnyNumberOfPartitions(int partitions) {
    List<Event> written = SampleEvents.recording(partitions, 3, 2000);

    write(written, partitions);

    assertSameEvents(read(), written);
  }

  @Test
  void eachControlEventStatesHowManyEventsOfEachPagePartitionComeBeforeIt() {
    int partitions = 3;
    write(SampleEvents.recording(1, 3, 200), partitions);

    List<Long> ends = new ArrayList<>(List.of(0L, 0L, 0L));
    for (Event event : read()) {
      int place = EventPlace.pagePartition(event, partitions);
      if (place == EventPlace.CONTROL) {
        assertThat(event.getPageEnds()).as("event %d", event.getSeq()).isEqualTo(ends);
      } else {
        assertThat(event.getPageEnds()).as("event %d", event.getSeq()).isEmpty();
        ends.set(place, ends.get(place) + 1);
      }
    }
    assertThat(ends).doesNotContain(0L);
  }

  @Test
  void theLargestEventsComeBackEqual() {
    SampleEvents sample = new SampleEvents(1);
    List<Event> written =
        List.of(sample.start(), sample.deviceState(1 << 20), sample.observation(512), sample.end());

    write(written, 2);

    assertSameEvents(read(), written);
  }

  @Test
  void theCatalogueSaysWhatARecordingHoldsOnceItIsSealed() {
    List<Event> events = SampleEvents.recording(1, 2, 10);
    try (EventSink sink = log.create(name, events.getFirst().getRecording(), 3)) {
      assertThat(entry().getState()).isEqualTo(RecordingState.OPEN);
      assertThat(entry().getEvents()).isEqualTo(0);

      events.forEach(sink::accept);
      sink.seal();
    }

    assertThat(entry().getState()).isEqualTo(RecordingState.SEALED);
    assertThat(entry().getId()).isEqualTo(events.getFirst().getRecording());
    assertThat(entry().getPagePartitions()).isEqualTo(3);
    assertThat(entry().getEvents()).isEqualTo(events.size());
    assertThat(entry().getLastCheckpoint()).isEqualTo(1);
    assertThat(entry().getWireBytes())
        .isEqualTo(events.stream().mapToLong(StreamBytes::length).sum());
  }

  @Test
  void recordingsAreListedByName() {
    write("b-" + name, SampleEvents.recording(1, 1, 1), 1);
    write("a-" + name, SampleEvents.recording(2, 1, 1), 1);

    assertThat(log.list())
        .extracting(Recording::getName)
        .isSorted()
        .contains("a-" + name, "b-" + name);
  }

  @Test
  void aNameThatIsTakenIsRefusedAndItsRecordingStaysAsItIs() {
    List<Event> events = SampleEvents.recording(1, 1, 5);
    write(events, 2);

    assertThatThrownBy(() -> log.create(name, new SampleEvents(2).id(), 2))
        .isInstanceOf(ColotapeException.class)
        .hasMessage(
            "recording name is taken (%s): choose another one, or remove it with 'colotape delete'",
            name);
    assertSameEvents(read(), events);
  }

  @Test
  void aNameIsRefusedThatKafkaTakesForAnotherOne() {
    RecordingId id = new SampleEvents(2).id();
    log.create(name + ".x", id, 1).close();

    assertThatThrownBy(() -> log.create(name + "_x", id, 1))
        .isInstanceOf(ColotapeException.class)
        .hasMessageContaining("can't tell '.' and '_' apart")
        .hasMessageEndingWith("choose another name for the recording");
    assertThat(log.list()).extracting(Recording::getName).doesNotContain(name + "_x");
    log.delete(name + ".x");
  }

  @ParameterizedTest
  @ValueSource(strings = {"control", "pages"})
  void aNameIsTakenTooIfTopicsWereLeftWithoutAnEntryUntilTheyAreDeleted(String left) {
    try (RawKafka raw = new RawKafka(clientProperties(), name)) {
      raw.createTopic("colotape." + name + "." + left);
    }

    assertThatThrownBy(() -> write(SampleEvents.recording(1, 1, 1), 1))
        .isInstanceOf(ColotapeException.class)
        .hasMessageStartingWith("recording name is taken");

    log.delete(name);
    List<Event> events = SampleEvents.recording(1, 1, 1);
    write(events, 1);
    assertSameEvents(read(), events);
  }

  @Test
  void aRecordingThatIsDeletedIsGoneAndItsNameIsFree() {
    write(SampleEvents.recording(1, 1, 50), 3);

    log.delete(name);

    assertThat(log.list()).extracting(Recording::getName).doesNotContain(name);
    assertThatThrownBy(this::read)
        .isInstanceOf(ColotapeException.class)
        .hasMessageStartingWith("no such recording (" + name);
    List<Event> others = SampleEvents.recording(2, 1, 20);
    write(others, 2);
    assertSameEvents(read(), others);
  }

  @Test
  void aRecordingThatDoesNotExistCannotBeDeleted() {
    assertThatThrownBy(() -> log.delete(name))
        .isInstanceOf(ColotapeException.class)
        .hasMessageStartingWith("no such recording (" + name);
  }

  @Test
  void aReaderEndsWhereTheRecordingEndedWhenItBegan() throws InterruptedException {
    List<Event> events = SampleEvents.recording(1, 2, 300);
    List<Event> before = events.subList(0, 200);
    try (EventSink sink = log.create(name, events.getFirst().getRecording(), 3)) {
      before.forEach(sink::accept);
      awaitAcknowledged(sink);

      try (EventSource source = log.open(name)) {
        events.subList(200, events.size()).forEach(sink::accept);
        sink.seal();

        assertSameEvents(drain(source), before);
      }
    }
    assertSameEvents(read(), events);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 8})
  void aReaderCanBeginAtAnyEvent(int partitions) {
    List<Event> written = SampleEvents.recording(partitions, 3, 500);
    write(written, partitions);

    for (int from : List.of(0, 1, 2, 250, 502, 503, 504, 1000, written.size() - 1)) {
      try (EventSource source = log.openFrom(name, from)) {
        assertSameEvents(drain(source), written.subList(from, written.size()));
      }
    }
  }

  @Test
  void aReaderThatBeginsBehindTheLastEventGetsNothing() {
    List<Event> written = SampleEvents.recording(1, 1, 10);
    write(written, 2);

    for (int behind : List.of(0, 1, 1000)) {
      try (EventSource source = log.openFrom(name, written.size() + behind)) {
        assertThat(source.next()).isNull();
      }
    }
  }

  @Test
  void whatComesBeforeTheLastBarrierIsNotReadByAReaderThatBeginsBehindIt() throws Exception {
    List<Event> written = SampleEvents.recording(1, 3, 100);
    write(written, 1);
    int from = 1 + 2 * 103;
    List<Long> ends = written.get(from - 1).getPageEnds();

    try (RawKafka raw = new RawKafka(clientProperties(), name)) {
      raw.removeBefore(new TopicPartition("colotape." + name + ".pages", 0), ends.getFirst());
    }

    try (EventSource source = log.openFrom(name, from)) {
      assertSameEvents(drain(source), written.subList(from, written.size()));
    }
    assertThatThrownBy(this::read).isInstanceOf(ColotapeException.class);
  }

  @Test
  void aRecordingIsTheSameSequenceOfEventsForAsLongAsItHasNotBeenBegunAgain() {
    List<Event> events = SampleEvents.recording(1, 1, 10);
    write(events, 2);
    SeekableRecording recording = log.seekable(name);
    assertThat(recording.identity()).isEqualTo(log.seekable(name).identity()).matches("[0-9a-f-]+");
    try (EventSource source = recording.openFrom(5)) {
      assertSameEvents(drain(source), events.subList(5, events.size()));
    }

    log.delete(name);
    write(events, 2);

    assertThat(log.seekable(name).identity()).isNotEqualTo(recording.identity());
  }

  @Test
  void aRecordingThatWasNeverSealedIsReadableAsFarAsItGot() {
    List<Event> events = SampleEvents.recording(1, 1, 100).subList(0, 70);
    try (EventSink sink = log.create(name, events.getFirst().getRecording(), 3)) {
      events.forEach(sink::accept);
    }

    assertThat(entry().getState()).isEqualTo(RecordingState.OPEN);
    assertSameEvents(read(), events);
  }

  @Test
  void anEventOutOfOrderIsRefused() {
    SampleEvents sample = new SampleEvents(1);
    try (EventSink sink = log.create(name, sample.id(), 1)) {
      sink.accept(sample.start());
      sample.seal();

      assertThatThrownBy(() -> sink.accept(sample.end()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("event 2 came where 1 was due");
    }
  }

  /**
   * KAFKA-15591: a partition that is not ready refuses the first of several batches that are on
   * their way and takes the second one. Without the wait this happens to some topics of a hundred.
   */
  @Test
  void noFreshTopicLosesItsFirstBatchOnceItsPartitionsWereAwaited() throws Exception {
    Map<String, Object> properties = new HashMap<>(clientProperties());
    properties.putAll(Map.of("batch.size", 1, "linger.ms", 0));
    ClientSettings settings = new ClientSettings(properties);
    try (KafkaAdmin admin = KafkaAdmin.connect(settings);
        KafkaProducer<byte[], byte[]> producer =
            new KafkaProducer<>(settings.recorder(Patience.BOUNDED))) {
      for (int i = 0; i < 40; i++) {
        String topic = name + i;
        admin.createTopic(topic, 8);
        admin.awaitPartitions(KafkaAdmin.partitions(topic, 8));

        List<Future<RecordMetadata>> sent = new ArrayList<>();
        for (int n = 0; n < 40; n++) {
          sent.add(producer.send(new ProducerRecord<>(topic, n % 8, null, new byte[10])));
        }

        for (int n = 0; n < sent.size(); n++) {
          assertThat(sent.get(n).get().offset()).as("topic %d record %d", i, n).isEqualTo(n / 8);
        }
      }
    }
  }
}
