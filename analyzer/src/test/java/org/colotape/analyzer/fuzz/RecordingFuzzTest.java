package org.colotape.analyzer.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.colotape.analyzer.conformance.Conformance;
import org.colotape.analyzer.diagnosis.Diagnosis;
import org.colotape.analyzer.report.JsonReport;
import org.colotape.analyzer.report.TextReport;
import org.colotape.analyzer.verdict.AnalysisSettings;
import org.colotape.replayer.fixture.ListRecording;
import org.colotape.replayer.memory.ScratchSpace;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.check.EventCheck;
import org.colotape.schema.codec.EventRun;
import org.colotape.schema.event.Event;
import org.junit.jupiter.api.io.TempDir;

/**
 * Any sound events in any order: the rules go through them, and an analysis comes to a verdict, or
 * either says in one line why not.
 */
class RecordingFuzzTest {
  @TempDir private static Path scratch;

  @FuzzTest
  void anySoundEventsAreVerifiedAndAnalysed(byte[] input) {
    List<Event> events = events(input);
    if (events.isEmpty()) {
      return;
    }
    try (Conformance rules = Conformance.ofRecording(10, _ -> {})) {
      events.forEach(rules::accept);
      rules.seal();
    } catch (ColotapeException e) {
      assertThat(e.getMessage()).doesNotContain("\n");
    }
    try {
      Diagnosis diagnosis =
          Diagnosis.of(
              new ListRecording("fuzz", copies(events)),
              AnalysisSettings.of(new ScratchSpace(scratch)).withEvidence(3),
              _ -> {});
      assertThat(TextReport.of(diagnosis)).isNotEmpty();
      assertThat(JsonReport.object(diagnosis)).isNotNull();
    } catch (ColotapeException e) {
      assertThat(e.getMessage()).doesNotContain("\n");
    }
  }

  /** The sound ones of the events that stand one behind the other in the input. */
  private static List<Event> events(byte[] input) {
    List<Event> events = new ArrayList<>();
    EventRun run = new EventRun(Event.getClassSchema());
    run.begin(ByteBuffer.wrap(input));
    try {
      while (!run.isEnd()) {
        Event event = run.next();
        event.setSeq(events.size());
        EventCheck.check(event, () -> "fuzz");
        events.add(event);
      }
    } catch (IOException | RuntimeException e) {
      // what came before is the recording
      return events;
    }
    return events;
  }

  private static List<Event> copies(List<Event> events) {
    return events.stream().map(event -> Event.newBuilder(event).build()).toList();
  }
}
