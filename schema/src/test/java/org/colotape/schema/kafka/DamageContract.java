package org.colotape.schema.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.colotape.schema.log.EventAssertions.assertSameEvents;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.TopicPartition;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.codec.EventCodec;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Recording;
import org.colotape.schema.event.RecordingState;
import org.colotape.schema.layout.EventPlace;
import org.colotape.schema.layout.Topics;
import org.colotape.schema.log.EventSink;
import org.colotape.schema.log.SampleEvents;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a reader and a writer do when another hand has been at a recording's topics. */
abstract class DamageContract extends KafkaFixture {
  private static final int PARTITIONS = 3;

  private final List<Event> events = SampleEvents.recording(1, 2, 100);
  private RawKafka raw;

  @BeforeEach
  void open() {
    raw = new RawKafka(clientProperties(), name);
  }

  @AfterEach
  void closeRaw() {
    raw.close();
  }

  @Test
  void aSealedRecordingThatLacksAnEventNamesIt() {
    writeWithout(40, 43);
    seal();

    assertThatThrownBy(this::read)
        .isInstanceOf(ColotapeException.class)
        .hasMessageStartingWith("events 40 to 42 are missing (" + name + " at ");
  }

  @Test
  void aSealedRecordingThatLacksItsLastEventsNamesThem() {
    writeWithout(events.size() - 2, events.size());
    seal();

    assertThatThrownBy(this::read)
        .isInstanceOf(ColotapeException.class)
        .hasMessageStartingWith(
            "events %d to %d are missing (", events.size() - 2, events.size() - 1);
  }

  @Test
  void aRecordingThatWasNeverSealedEndsBeforeItsFirstGap() {
    writeWithout(40, 43);

    assertSameEvents(read(), events.subList(0, 40));
  }

  @Test
  void aRecordingThatWasNeverSealedAndLacksItsFirstEventIsEmpty() {
    writeWithout(0, 1);

    assertThat(read().isEmpty()).isTrue();
  }

  @Test
  void recordsThatRetentionRemovedAreNoticed() {
    write(events, PARTITIONS);
    raw.removeBefore(new TopicPartition(new Topics(name).pages(), 1), 5);

    assertThatThrownBy(this::read)
        .isInstanceOf(ColotapeException.class)
        .hasMessageStartingWith("events are missing")
        .hasMessageContaining("retention or another program has removed records");
  }

  @Test
  void aBarrierThatDoesNotHoldIsNoticed() {
    log.create(name, events.getFirst().getRecording(), PARTITIONS).close();
    events.getFirst().setPageEnds(List.of(0L, 1L, 0L));
    raw.send(events.getFirst(), PARTITIONS);

    assertThatThrownBy(this::read)
        .isInstanceOf(ColotapeException.class)
        .hasMessageStartingWith(
            "page partitions do not stand where event 0 says [0, 1, 0] (" + name);
  }

  @Test
  void anEventOfANewerSchemaSaysWhereItIs() {
    write(events.subList(0, 1), PARTITIONS);
    byte[] newer = EventCodec.events().encode(events.get(1));
    newer[4] ^= 1;
    raw.sendControl(newer);

    assertThatThrownBy(this::read)
        .isInstanceOf(ColotapeException.class)
        .hasMessageStartingWith(
            "recorded with a newer schema (colotape.%s.control-0 offset 1)", name);
  }

  @Test
  void recordsOfAnotherProgramSayWhereTheyAre() {
    write(events.subList(0, 1), PARTITIONS);
    raw.sendControl("hello, topic".getBytes(StandardCharsets.UTF_8));

    assertThatThrownBy(this::read)
        .isInstanceOf(ColotapeException.class)
        .hasMessageStartingWith("not an event (colotape.%s.control-0 offset 1)", name);
  }

  @Test
  void aRecordWithoutContentsSaysWhereItIs() {
    write(events.subList(0, 1), PARTITIONS);
    raw.sendControl(null);

    assertThatThrownBy(this::read)
        .isInstanceOf(ColotapeException.class)
        .hasMessageStartingWith("a record without contents (colotape.%s.control-0 offset 1)", name);
    assertThatThrownBy(() -> log.openFrom(name, 1))
        .isInstanceOf(ColotapeException.class)
        .hasMessageStartingWith("a record without contents (");
  }

  @Test
  void aRecordThatIsSmallOnItsWayAndLargeInMemorySaysWhereItIs() {
    write(events.subList(0, 1), PARTITIONS);
    raw.sendControl(new byte[64 << 20]);

    assertThatThrownBy(this::read)
        .isInstanceOf(ColotapeException.class)
        .hasMessageStartingWith(
            "a record of 67108864 bytes, where an event has at most 4194304 (colotape.%s.control-0"
                + " offset 1)",
            name);
  }

  @Test
  void anEntryThatSaysWhatCannotBeIsListedWithTheReasonAndCanBeDeleted() {
    write(events.subList(0, 1), PARTITIONS);
    raw.setEntry(Recording.newBuilder(entry()).setPagePartitions(Integer.MAX_VALUE).build());

    assertThat(entry().getNote())
        .startsWith("what leads the recording is not sound: 2147483647 page partitions");
    assertThatThrownBy(this::read)
        .isInstanceOf(ColotapeException.class)
        .hasMessageContaining("2147483647 page partitions");
    log.delete(name);
    assertThat(log.list()).extracting(Recording::getName).doesNotContain(name);
  }

  @Test
  void anEntryOfAnotherNameOrOfOneThatNoneCanHaveIsListedAndCanBeDeleted() {
    String odd = "\u001b[31m" + name;
    write(events.subList(0, 1), PARTITIONS);
    raw.setEntry(odd, EventCodec.recordings().encode(entry()));

    assertThat(entry(odd).getNote()).startsWith("the entry is that of another recording, " + name);
    log.delete(odd);
    assertThat(log.list()).extracting(Recording::getName).contains(name).doesNotContain(odd);
  }

  @Test
  void moreThanTheMostPartitionsAreRefusedBeforeATopicIsMade() {
    assertThatThrownBy(() -> log.create(name, events.getFirst().getRecording(), 129))
        .isInstanceOf(ColotapeException.class)
        .hasMessage("129 page partitions (%s): a recording has 1 to 128: give --partitions", name);
    log.create(name, events.getFirst().getRecording(), 1).close();
  }

  @Test
  void anEntryOfANewerSchemaIsListedWithTheReasonAndCanBeDeleted() {
    write(events.subList(0, 1), PARTITIONS);
    raw.damageEntry(entry());

    assertThat(entry().getState()).isEqualTo(RecordingState.UNKNOWN);
    assertThat(entry().getNote()).startsWith("recorded with a newer schema");
    assertThatThrownBy(this::read)
        .isInstanceOf(ColotapeException.class)
        .hasMessageStartingWith("recorded with a newer schema");

    log.delete(name);
    assertThat(log.list()).extracting(Recording::getName).doesNotContain(name);
  }

  @Test
  void anotherWriterOnTheTopicsFailsTheRecordingAndItsEntrySaysWhy() throws InterruptedException {
    try (EventSink sink = log.create(name, events.getFirst().getRecording(), PARTITIONS)) {
      sink.accept(events.get(0));
      awaitAcknowledged(sink);
      raw.sendControl(new byte[10]);
      events.subList(1, 150).forEach(sink::accept);

      assertThatThrownBy(sink::seal)
          .isInstanceOf(ColotapeException.class)
          .hasMessageStartingWith("record 1 was acknowledged as ");
    }

    assertThat(entry().getState()).isEqualTo(RecordingState.FAILED);
    assertThat(entry().getNote()).startsWith("record 1 was acknowledged as ");
  }

  @Test
  void aRecordingWhoseTopicsAreGoneSaysSoAndCanBeDeleted() {
    write(events, PARTITIONS);
    raw.deleteTopic(new Topics(name).pages());

    assertThatThrownBy(this::read)
        .isInstanceOf(ColotapeException.class)
        .hasMessageStartingWith("topics of the recording are gone (" + name);

    log.delete(name);
    assertThat(log.list()).extracting(Recording::getName).doesNotContain(name);
  }

  /** Writes all events but some, as if those had been lost, and leaves the recording open. */
  private void writeWithout(int from, int to) {
    log.create(name, events.getFirst().getRecording(), PARTITIONS).close();
    long[] ends = new long[PARTITIONS];
    for (Event event : events) {
      if (event.getSeq() >= from && event.getSeq() < to) {
        continue;
      }
      int place = EventPlace.pagePartition(event, PARTITIONS);
      if (place == EventPlace.CONTROL) {
        event.setPageEnds(Arrays.stream(ends).boxed().toList());
      } else {
        ends[place]++;
      }
      raw.send(event, PARTITIONS);
    }
  }

  private void seal() {
    raw.setEntry(
        Recording.newBuilder(entry())
            .setState(RecordingState.SEALED)
            .setEvents(events.size())
            .build());
  }
}
