package org.colotape.analyzer.report.html;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SequencedMap;
import org.colotape.analyzer.chronicle.Chapter;
import org.colotape.analyzer.chronicle.Chronicle;
import org.colotape.analyzer.diagnosis.Diagnosis;
import org.colotape.analyzer.diff.BlockComparison;
import org.colotape.analyzer.diff.MemoryPair;
import org.colotape.analyzer.diff.PageSet;
import org.colotape.analyzer.diff.Source;
import org.colotape.analyzer.report.Verdicts;
import org.colotape.analyzer.verdict.AnalysisSettings;
import org.colotape.analyzer.verdict.CheckpointVerdict;
import org.colotape.analyzer.verdict.CheckpointVerdict.Compared;
import org.colotape.analyzer.verdict.RecordingVerdict;
import org.colotape.recorder.fixture.EventLog;
import org.colotape.recorder.simulation.Bug;
import org.colotape.recorder.simulation.Simulation;
import org.colotape.recorder.simulation.SimulationSettings;
import org.colotape.replayer.fixture.ListRecording;
import org.colotape.replayer.memory.ScratchSpace;
import org.colotape.schema.event.Memory;
import org.colotape.schema.event.PageEncoding;
import org.colotape.schema.log.EventSource;
import org.jspecify.annotations.Nullable;

/** Reports to open in a browser. */
public final class Reports {
  private Reports() {}

  /** Of a simulated pair with six checkpoints, which is healthy or wrong from checkpoint 3 on. */
  static Path simulated(Path folder, String name, @Nullable Bug bug) throws IOException {
    EventLog log = new EventLog();
    SimulationSettings settings =
        SimulationSettings.builder().checkpoints(6).seed(3).bug(bug).bugFrom(3).build();
    Simulation.record(settings, name, log);
    ListRecording recording = new ListRecording(name, log.events());
    Diagnosis diagnosis =
        Diagnosis.of(recording, AnalysisSettings.of(new ScratchSpace(folder)), checkpoint -> {});
    RecordingVerdict verdict = diagnosis.verdict();
    try (EventSource source = recording.openFrom(0)) {
      return write(
          folder,
          new Diagnosis(
              new RecordingVerdict(
                  name,
                  verdict.rules(),
                  verdict.checkpoints(),
                  verdict.loadError(),
                  verdict.migration(),
                  verdict.remarks(),
                  verdict.doubts()),
              diagnosis.faults()),
          Chronicle.of(source));
    }
  }

  /**
   * Of a made up recording of any size: in each checkpoint one page in 20 is sent, and from the
   * middle on one in 1000 differs, other ones at each.
   */
  public static Path made(Path folder, int pages, int checkpoints) throws IOException {
    Random random = new Random(pages);
    List<Chapter> chapters = new ArrayList<>();
    List<CheckpointVerdict> verdicts = new ArrayList<>();
    Map<Memory, Source> sources = new EnumMap<>(Memory.class);
    for (Memory memory : List.of(Memory.PVM, Memory.CACHE, Memory.SVM)) {
      sources.put(memory, Source.OBSERVED);
    }
    for (int i = 0; i < checkpoints; i++) {
      PageSet sent = i == 0 ? all(pages) : some(random, pages, pages / 20);
      PageSet unlike = i < checkpoints / 2 ? PageSet.EMPTY : some(random, pages, pages / 1000 + 1);
      SequencedMap<String, PageSet> written = new LinkedHashMap<>(Map.of("pc.ram", sent));
      chapters.add(
          new Chapter(
              i,
              true,
              i * 1_000_000_000L,
              i == 0 ? -1 : 5_000_000L + random.nextInt(20_000_000),
              4096L * sent.size(),
              12,
              Map.of(PageEncoding.RAW, (long) sent.size()),
              written,
              List.of(),
              0));
      Map<MemoryPair, PageSet> differing =
          unlike.isEmpty() ? Map.of() : Map.of(MemoryPair.CACHE_SVM, unlike);
      verdicts.add(
          new Compared(
              i,
              sent.size(),
              sent.size(),
              List.of(
                  new BlockComparison(
                      "pc.ram", 4096, pages, sent.size(), i == 0, sources, differing)),
              List.of()));
    }
    SequencedMap<String, Integer> blocks = new LinkedHashMap<>(Map.of("pc.ram", pages));
    return write(
        folder,
        new Diagnosis(Verdicts.named("made", verdicts), List.of()),
        new Chronicle("a test", List.of(), true, blocks, chapters));
  }

  private static PageSet all(int pages) {
    BitSet bits = new BitSet();
    bits.set(0, pages);
    return PageSet.of(bits);
  }

  private static PageSet some(Random random, int pages, int count) {
    BitSet bits = new BitSet();
    for (int i = 0; i < count; i++) {
      bits.set(random.nextInt(pages));
    }
    return PageSet.of(bits);
  }

  private static Path write(Path folder, Diagnosis diagnosis, Chronicle chronicle)
      throws IOException {
    Path file = Files.createTempFile(folder, "report", ".html");
    try (Writer out = Files.newBufferedWriter(file)) {
      HtmlReport.write(diagnosis, chronicle, diagnosis.verdict().recording(), out);
    }
    return file;
  }
}
