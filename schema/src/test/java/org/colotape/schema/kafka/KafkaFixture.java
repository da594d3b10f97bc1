package org.colotape.schema.kafka;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Recording;
import org.colotape.schema.log.EventSink;
import org.colotape.schema.log.EventSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A log on some broker, and a recording with a name of its own for each test. */
abstract class KafkaFixture {
  final String name = "r-" + UUID.randomUUID();
  KafkaLog log;

  /** What a client needs to use a broker that runs. */
  abstract Map<String, Object> clientProperties();

  @BeforeEach
  void connect() {
    log = KafkaLog.connect(clientProperties());
  }

  @AfterEach
  void close() {
    log.close();
  }

  Recording entry() {
    return entry(name);
  }

  Recording entry(String recording) {
    return log.list().stream()
        .filter(listed -> listed.getName().equals(recording))
        .findFirst()
        .orElseThrow();
  }

  void write(List<Event> events, int partitions) {
    write(name, events, partitions);
  }

  void write(String recording, List<Event> events, int partitions) {
    try (EventSink sink = log.create(recording, events.getFirst().getRecording(), partitions)) {
      events.forEach(sink::accept);
      sink.seal();
    }
  }

  List<Event> read() {
    return read(name);
  }

  List<Event> read(String recording) {
    try (EventSource source = log.open(recording)) {
      return drain(source);
    }
  }

  static List<Event> drain(EventSource source) {
    List<Event> events = new ArrayList<>();
    source.forEach(events::add);
    return events;
  }

  static void awaitAcknowledged(EventSink sink) throws InterruptedException {
    while (sink.unacknowledged() > 0) {
      Thread.sleep(5);
    }
  }
}
