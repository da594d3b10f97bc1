package org.colotape.schema.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.colotape.schema.log.EventAssertions.assertSameEvents;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.broker.EmbeddedBroker;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Recording;
import org.colotape.schema.event.RecordingState;
import org.colotape.schema.fixture.ImpatientClient;
import org.colotape.schema.log.EventSink;
import org.colotape.schema.log.EventSource;
import org.colotape.schema.log.SampleEvents;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the user learns when the broker is not there, or not any more. */
@Timeout(60)
final class LostBrokerTest {
  @TempDir private Path home;

  static Stream<Map<String, Object>> wrong() throws Exception {
    int free;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      free = socket.getLocalPort();
    }
    return Stream.of(
        Map.of("bootstrap.servers", "127.0.0.1:" + free),
        Map.of("bootstrap.servers", "no-such-host.invalid:9092"),
        Map.of("bootstrap.servers", "not an address"),
        Map.of("bootstrap.servers", "127.0.0.1:" + free, "security.protocol", "WRONG"));
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void aBrokerThatIsAwayAtStartIsOneLineWithinAFewSeconds(Map<String, Object> properties) {
    long begin = System.nanoTime();

    assertThatThrownBy(() -> KafkaLog.connect(properties))
        .isInstanceOf(ColotapeException.class)
        .hasMessageMatching(
            "(broker does not answer \\(.*\\): check that it runs.*)|(not usable as Kafka"
                + " configuration: .* \\(.*\\): correct --bootstrap-server .*)");
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(15));
  }

  @Test
  void aWriterWhoseBrokerIsLostFailsAndWhatWasAcknowledgedIsReadable() {
    EmbeddedBroker broker = EmbeddedBroker.open(home);
    SampleEvents sample = new SampleEvents(1);
    List<Event> accepted = new ArrayList<>();
    try (KafkaLog log = KafkaLog.connect(ImpatientClient.of(broker));
        EventSink sink = log.create("lost", sample.id(), 3)) {
      accept(sample.start(), sink, accepted);
      while (accepted.size() < 3000 || sink.unacknowledged() == accepted.size()) {
        accept(sample.page(), sink, accepted);
      }

      broker.close();

      assertThatThrownBy(
              () -> {
                while (true) {
                  sink.accept(sample.page());
                }
              })
          .isInstanceOf(ColotapeException.class)
          .hasMessageStartingWith("broker does not answer (" + broker.bootstrapServers());
      assertThatThrownBy(sink::seal).isInstanceOf(ColotapeException.class);
    }

    try (KafkaLog log = KafkaLog.embedded(home)) {
      assertThat(log.list())
          .singleElement()
          .extracting(Recording::getState)
          .isEqualTo(RecordingState.OPEN);
      List<Event> read = new ArrayList<>();
      try (EventSource source = log.open("lost")) {
        source.forEach(read::add);
      }
      assertThat(read.size()).isPositive();
      int common = Math.min(read.size(), accepted.size());
      assertSameEvents(read.subList(0, common), accepted.subList(0, common));
    }
  }

  @Test
  void aReaderWhoseBrokerIsLostSaysSo() {
    EmbeddedBroker broker = EmbeddedBroker.open(home);
    List<Event> events = SampleEvents.recording(1, 1, 40_000);
    try (KafkaLog log = KafkaLog.connect(ImpatientClient.of(broker))) {
      try (EventSink sink = log.create("lost", events.getFirst().getRecording(), 1)) {
        events.forEach(sink::accept);
        sink.seal();
      }
      try (EventSource source = log.open("lost")) {
        source.next();
        broker.close();

        assertThatThrownBy(
                () -> {
                  while (source.next() != null) {}
                })
            .isInstanceOf(ColotapeException.class)
            .hasMessageStartingWith("broker does not answer (" + broker.bootstrapServers());
      }
    }
  }

  private static void accept(Event event, EventSink sink, List<Event> accepted) {
    sink.accept(event);
    accepted.add(event);
  }
}
