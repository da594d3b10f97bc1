package org.colotape.schema.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.colotape.schema.log.EventAssertions.assertSameEvents;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.broker.EmbeddedBroker;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Recording;
import org.colotape.schema.event.RecordingState;
import org.colotape.schema.log.EventSink;
import org.colotape.schema.log.EventSource;
import org.colotape.schema.log.SampleEvents;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of a recording when the embedded broker's disk is full. */
@Timeout(120)
final class FullDiskTest {
  private static final int RESERVE = (int) (EmbeddedBroker.RESERVE >> 20);

  private final List<Event> accepted = new ArrayList<>();

  @Test
  void aRecordingStopsBeforeTheDiskIsFullAndIsReadableAtOnce() throws Exception {
    try (SmallDisk disk = SmallDisk.mount(RESERVE + 50);
        KafkaLog log = KafkaLog.embedded(disk.folder())) {
      assertThatThrownBy(() -> writeForEver(log))
          .isInstanceOf(ColotapeException.class)
          .hasMessageStartingWith("disk is full: only ")
          .hasMessageContaining(disk.folder().toString())
          .hasMessageEndingWith("free some space, delete recordings, or give another --home");

      Recording entry = log.list().getFirst();
      assertThat(entry.getState()).isEqualTo(RecordingState.FAILED);
      assertThat(entry.getNote()).startsWith("disk is full: only ");
      assertReadable(log, 1000);
    }
  }

  @Test
  void aRecordingIsNotEvenBegunOnADiskThatIsFull() throws Exception {
    try (SmallDisk disk = SmallDisk.mount(RESERVE - 20);
        KafkaLog log = KafkaLog.embedded(disk.folder())) {
      assertThatThrownBy(() -> writeForEver(log))
          .isInstanceOf(ColotapeException.class)
          .hasMessageStartingWith("disk is full: only ");

      assertThat(log.list()).isEmpty();
    }
  }

  @Test
  void aBrokerThatRunsOutOfSpaceFailsTheRecordingWhichIsReadableOnceThereIsSpaceAgain()
      throws Exception {
    try (SmallDisk disk = SmallDisk.mount(64)) {
      failWithoutReserve(disk.folder());
      disk.grow(500);

      try (KafkaLog log = KafkaLog.embedded(disk.folder())) {
        assertReadable(log, 1000);
      }
    }
  }

  /** A log that connects as to any cluster does not look at the broker's disk. */
  private void failWithoutReserve(Path home) {
    Map<String, Object> properties =
        new HashMap<>(
            Map.of(
                "default.api.timeout.ms", 3000,
                "request.timeout.ms", 1000,
                "delivery.timeout.ms", 3000,
                "max.block.ms", 3000));
    try (EmbeddedBroker broker = EmbeddedBroker.open(home)) {
      properties.putAll(broker.clientProperties());
      try (KafkaLog log = KafkaLog.connect(properties)) {
        assertThatThrownBy(() -> writeForEver(log)).isInstanceOf(ColotapeException.class);
      }
    }
  }

  private void writeForEver(KafkaLog log) {
    SampleEvents sample = new SampleEvents(1);
    try (EventSink sink = log.create("full", sample.id(), 2)) {
      for (Event event = sample.start(); ; event = sample.page()) {
        sink.accept(event);
        accepted.add(event);
      }
    }
  }

  private void assertReadable(KafkaLog log, int atLeast) {
    List<Event> read = new ArrayList<>();
    try (EventSource source = log.open("full")) {
      source.forEach(read::add);
    }
    assertThat(read.size()).isGreaterThanOrEqualTo(atLeast);
    int common = Math.min(read.size(), accepted.size());
    assertSameEvents(read.subList(0, common), accepted.subList(0, common));
  }
}
