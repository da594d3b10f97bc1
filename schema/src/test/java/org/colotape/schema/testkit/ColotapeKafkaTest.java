package org.colotape.schema.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.colotape.schema.log.EventAssertions.assertSameEvents;

import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.colotape.schema.event.Event;
import org.colotape.schema.log.EventSink;
import org.colotape.schema.log.EventSource;
import org.colotape.schema.log.RecordingLog;
import org.colotape.schema.log.SampleEvents;
import org.junit.jupiter.api.Test;

class ColotapeKafkaTest {
  @Test
  void itRunsInAContainerWhereThatIsPossibleAndInThisProcessElsewhere() {
    List<Event> events = SampleEvents.recording(1, 1, 20);
    List<Event> read = new ArrayList<>();
    try (ColotapeKafka kafka = ColotapeKafka.start();
        RecordingLog log = kafka.connect()) {
      assertThat(kafka.isContainer()).isEqualTo(ColotapeKafka.isContainerPossible());
      try (EventSink sink = log.create("sample", events.getFirst().getRecording(), 2)) {
        events.forEach(sink::accept);
        sink.seal();
      }
      try (EventSource source = log.open("sample")) {
        source.forEach(read::add);
      }
    }
    assertSameEvents(read, events);
  }

  @Test
  void twoEmbeddedBrokersKnowNothingOfEachOther() {
    try (ColotapeKafka one = ColotapeKafka.embedded();
        ColotapeKafka other = ColotapeKafka.embedded();
        RecordingLog log = one.connect();
        RecordingLog empty = other.connect()) {
      log.create("mine", new SampleEvents(1).id(), 1).close();

      assertThat(log.list()).hasSize(1);
      assertThat(empty.list()).isEmpty();
    }
  }

  @Test
  void withoutTestcontainersOnTheClassPathThereIsNoContainer() throws Exception {
    URL[] without =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> !entry.contains("testcontainers"))
            .map(ColotapeKafkaTest::url)
            .toArray(URL[]::new);
    try (URLClassLoader loader =
        new URLClassLoader(without, ClassLoader.getPlatformClassLoader())) {
      Class<?> kafka = loader.loadClass(ColotapeKafka.class.getName());

      assertThat(kafka.getMethod("isContainerPossible").invoke(null)).isEqualTo(false);
      assertThatThrownBy(() -> kafka.getMethod("inContainer").invoke(null))
          .cause()
          .hasMessageStartingWith("no Docker engine, or no Testcontainers: ");
    }
  }

  private static URL url(String entry) {
    try {
      return Path.of(entry).toUri().toURL();
    } catch (MalformedURLException e) {
      throw new IllegalStateException(e);
    }
  }
}
