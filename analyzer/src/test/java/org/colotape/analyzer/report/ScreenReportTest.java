package org.colotape.analyzer.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.IntStream;
import org.colotape.analyzer.diagnosis.Cause;
import org.colotape.analyzer.diagnosis.Diagnosis;
import org.colotape.analyzer.diagnosis.Fault;
import org.colotape.analyzer.diff.PageSet;
import org.colotape.analyzer.verdict.AnalysisSettings;
import org.colotape.analyzer.verdict.RecordingVerdict;
import org.colotape.recorder.fixture.EventLog;
import org.colotape.recorder.simulation.Bug;
import org.colotape.recorder.simulation.Simulation;
import org.colotape.recorder.simulation.SimulationSettings;
import org.colotape.replayer.fixture.ListRecording;
import org.colotape.replayer.memory.PageWriter;
import org.colotape.replayer.memory.ScratchSpace;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Execution(ExecutionMode.CONCURRENT)
class ScreenReportTest {
  @TempDir Path scratch;

  @Test
  void inStepIsASentenceAndWhatItIsAbout() {
    assertThat(plain(new Diagnosis(Verdicts.inStep(), List.of())))
        .containsExactly(
            "in step: PVM, cache and SVM agree at checkpoints 0..2 (PVM observed at 1)",
            "recording rec, rules qemu; checkpoints 0 to 3, 20 pages sent",
            "not compared: checkpoint 3, the recording ends or is damaged in it",
            "",
            "analyze --full prints every checkpoint, page and remark, --html FILE draws them");
  }

  @Test
  void divergedIsWhatWhereAndWhyOnOneScreen() {
    RecordingVerdict verdict =
        Verdicts.diverged(Verdicts.evidence("new value", "old value", new PageWriter(9, 0x90, 1)));
    LinkedHashMap<String, PageSet> pages = new LinkedHashMap<>();
    pages.put("ram", Verdicts.pages(1, 2, 3, 5));
    Fault fault =
        new Fault(
            Cause.LOST_DIRTY_BIT,
            1,
            0,
            pages,
            List.of(9L),
            Fault.Confidence.CERTAIN,
            "4 pages changed in the PVM and were not sent again",
            List.of());
    assertThat(String.join("\n", plain(new Diagnosis(verdict, List.of(fault)))))
        .isEqualTo(
            """
            diverged at checkpoint 1: 4 pages of ram differ between PVM (observed) and cache (replayed), the same between PVM (observed) and SVM (replayed)
            recording rec, rules qemu; checkpoints 0 to 1, 19 pages sent
            pages that differ: 4 at 1

            checkpoint 1, lost dirty bit (breaks I3, certain): 4 pages changed in the PVM and were not sent a...
              ram 1..3, 5; event 9

            first page that differs: ram+0x1000; colotape blame tells who wrote it
              PVM    0x1020         6e 65 77 20 76 61 6c 75 65 00 00 00 00 00 00 00  new value.......
              cache  0x1020         6f 6c 64 20 76 61 6c 75 65 00 00 00 00 00 00 00  old value.......
                                    ^^ ^^ ^^

            analyze --full prints every checkpoint, page and remark, --html FILE draws them\
            """);
  }

  @ParameterizedTest
  @EnumSource(
      value = Bug.class,
      names = {"COLO_01", "COLO_06", "COLO_07", "COLO_17", "COLO_23", "COLO_39"})
  void howeverLongTheRecordingItStaysOneScreen(Bug bug) {
    EventLog log = new EventLog();
    Simulation.record(
        SimulationSettings.builder().checkpoints(9).bug(bug).bugFrom(2).build(), "pair", log);
    Diagnosis diagnosis =
        Diagnosis.of(
            new ListRecording("pair", log.events()),
            AnalysisSettings.of(new ScratchSpace(scratch)),
            _ -> {});
    List<String> lines = plain(many(diagnosis));
    assertThat(lines.subList(1, lines.size()))
        .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(ScreenReport.COLUMNS));
    int wrapped = (lines.getFirst().length() - 1) / ScreenReport.COLUMNS;
    assertThat(lines.size() + wrapped).isLessThanOrEqualTo(ScreenReport.LINES);
  }

  @Test
  void onlyTheWordsThatMatterAreColoured() {
    Palette marked = (tone, text) -> "<" + tone + ">" + text + "</>";
    List<String> lines = ScreenReport.of(new Diagnosis(Verdicts.inStep(), List.of()), marked);
    assertThat(lines.getFirst()).startsWith("<GOOD>in step</>: PVM, cache");
    assertThat(lines.getLast()).startsWith("<FAINT>").endsWith("</>");
    assertThat(ScreenReport.of(new Diagnosis(Verdicts.diverged(), List.of()), marked).getFirst())
        .startsWith("<BAD>diverged</> at checkpoint 1");
    assertThat(
            ScreenReport.of(
                    new Diagnosis(Verdicts.of(List.of(), Verdicts.remarks(23)), List.of()), marked)
                .getFirst())
        .startsWith("<UNSURE>undecided</>: ");
  }

  /** With more of everything than fits. */
  private static Diagnosis many(Diagnosis of) {
    RecordingVerdict verdict = of.verdict();
    List<Fault> faults = new ArrayList<>(of.faults());
    IntStream.range(0, 9).forEach(_ -> faults.addAll(of.faults()));
    return new Diagnosis(
        new RecordingVerdict(
            verdict.recording(),
            verdict.rules(),
            verdict.checkpoints(),
            verdict.loadError(),
            verdict.migration(),
            List.of(Verdicts.remarks(30)),
            verdict.doubts()),
        Collections.unmodifiableList(faults));
  }

  private static List<String> plain(Diagnosis diagnosis) {
    return ScreenReport.of(diagnosis, Palette.PLAIN);
  }
}
