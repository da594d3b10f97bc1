package org.colotape.analyzer.cli.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Map;
import org.colotape.analyzer.cli.Colotape;
import org.colotape.analyzer.cli.frame.ExitCode;
import org.colotape.analyzer.cli.frame.Terminal;
import org.colotape.analyzer.demo.Demo;
import org.colotape.schema.event.Recording;
import org.colotape.schema.event.RecordingId;
import org.colotape.schema.event.RecordingState;
import org.colotape.schema.kafka.KafkaLog;
import org.colotape.schema.log.EventSink;
import org.colotape.schema.log.RecordingLog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoCommandTest {
  @TempDir Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void theDemoShowsAPairInStepAndThePagesThatAnotherWouldHaveResumedWithWrongly() {
    assertThat(run("demo")).isEqualTo(ExitCode.OK);
    assertThat(err.toString()).isEmpty();
    assertThat(out.toString())
        .containsSubsequence(
            "QEMU 10.0.13 under KVM",
            "record",
            "replay",
            "analyze",
            "in step: PVM, cache and SVM agree",
            "QEMU 7.2.22 under TCG",
            "record",
            "replay",
            "analyze",
            "diverged at checkpoint 3: 132 pages of ram differ between PVM (observed) and cache",
            "QEMU 11.1.3 under KVM",
            "diverged at checkpoint 1: ",
            "the secondary would have resumed with 132 wrong pages:",
            "ram  0x201000..0x203fff",
            "131 at checkpoint 4",
            "QEMU 11.1.3 under KVM throws firmware back",
            "the secondary would have resumed with 5 wrong pages:",
            "/rom@etc/acpi/tables");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void inAHomeTheRecordingsStayAndReplaceThoseOfAnEarlierDemo() {
    Path home = folder.resolve("home");
    String name = Demo.recordings().getFirst();
    try (RecordingLog log = KafkaLog.embedded(home);
        EventSink _ = log.create(name, new RecordingId(new byte[16]), 1)) {
      assertThat(log.list()).extracting(Recording::getState).containsOnly(RecordingState.OPEN);
    }
    assertThat(run("demo", "--home", home.toString(), "--json")).isEqualTo(ExitCode.OK);
    assertThat(out.toString().lines().map(DemoCommandTest::outcome))
        .containsExactly("in-step", "diverged", "diverged");
    try (RecordingLog log = KafkaLog.embedded(home)) {
      assertThat(log.list())
          .extracting(Recording::getName)
          .containsExactlyInAnyOrderElementsOf(Demo.recordings());
      assertThat(log.list()).extracting(Recording::getState).containsOnly(RecordingState.SEALED);
    }
  }

  private static String outcome(String json) {
    try {
      return new ObjectMapper().readTree(json).get("outcome").asText();
    } catch (IOException e) {
      throw new AssertionError(json, e);
    }
  }

  private int run(String... args) {
    Terminal terminal =
        new Terminal(
            new PrintWriter(out), new PrintWriter(err), false, Map.of("TMPDIR", folder.toString()));
    return Colotape.run(terminal, args);
  }
}
