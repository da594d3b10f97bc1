package org.colotape.schema.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.colotape.schema.event.Event;
import org.colotape.schema.log.EventSink;
import org.colotape.schema.log.EventSource;
import org.colotape.schema.log.RecordingLog;
import org.colotape.schema.log.SampleEvents;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What recordings on Kafka promise, whatever broker it is. */
abstract class KafkaContract {
  private final String name = "r-" + UUID.randomUUID();

  /** The log under test; it stays open for all tests of a class. */
  abstract RecordingLog log();

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 8})
  void eventsComeBackEqualAndInOrderWithAnyNumberOfPartitions(int partitions) {
    List<Event> written = SampleEvents.recording(partitions, 3, 2000);

    write(name, partitions, written);

    assertThat(read(name)).isEqualTo(written);
  }

  void write(String recording, int partitions, List<Event> events) {
    try (EventSink sink = log().create(recording, events.getFirst().getRecording(), partitions)) {
      events.forEach(sink::accept);
      sink.seal();
    }
  }

  List<Event> read(String recording) {
    List<Event> events = new ArrayList<>();
    try (EventSource source = log().open(recording)) {
      source.forEach(events::add);
    }
    return events;
  }
}
