package org.colotape.analyzer.benchmark;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.colotape.analyzer.diagnosis.Diagnosis;
import org.colotape.analyzer.verdict.AnalysisSettings;
import org.colotape.recorder.fixture.EventLog;
import org.colotape.recorder.simulation.Simulation;
import org.colotape.recorder.simulation.SimulationSettings;
import org.colotape.recorder.simulation.guest.WritePattern;
import org.colotape.replayer.fixture.ListRecording;
import org.colotape.replayer.memory.ScratchSpace;

/**
 * What a checkpoint costs the analysis in guests of 1, 4 and 16 GiB that dirty as many pages: work
 * follows the dirt, not the size of RAM. The guests take turns; the checkpoints in which every page
 * is looked at, the first two, do not count. Of a hot set every tenth write goes anywhere: in a
 * larger guest those lie farther apart.
 */
final class ScaleBenchmark {
  private static final List<Integer> GIBIBYTES = List.of(1, 4, 16);
  private static final int CHECKPOINTS = 24;
  private static final int DIRTY_PAGES = 1000;
  private static final int FIRST_COUNTED = 2;

  private ScaleBenchmark() {}

  static void run(Path scratch, int rounds, PrintStream out) {
    run(WritePattern.SEQUENTIAL, scratch, rounds, out);
    run(WritePattern.HOT_SET, scratch, rounds, out);
  }

  private static void run(WritePattern pattern, Path scratch, int rounds, PrintStream out) {
    List<ListRecording> recordings = new ArrayList<>();
    for (int size : GIBIBYTES) {
      EventLog log = new EventLog();
      Simulation.record(
          SimulationSettings.builder()
              .ram((long) size << 30)
              .checkpoints(CHECKPOINTS)
              .pattern(pattern)
              .dirtyPages(DIRTY_PAGES)
              .usedPages(4 * DIRTY_PAGES)
              .build(),
          size + " GiB",
          log);
      recordings.add(new ListRecording(size + " GiB", log.events()));
    }
    double[][] times = new double[GIBIBYTES.size()][rounds];
    for (int round = -1; round < rounds; round++) {
      for (int i = 0; i < recordings.size(); i++) {
        double time = checkpoint(recordings.get(i), scratch);
        if (round >= 0) {
          times[i][round] = time;
        }
      }
    }
    for (double[] each : times) {
      Arrays.sort(each);
    }
    double least = times[0][rounds / 2];
    for (int i = 1; i < times.length; i++) {
      double median = times[i][rounds / 2];
      out.printf(
          Locale.ROOT,
          "%-48s %.2f of a guest of 1 GiB (goal 1.20)   %.2f ms, %d dirty pages%n",
          "checkpoint, %s, guest of %d GiB"
              .formatted(pattern.name().toLowerCase(Locale.ROOT), GIBIBYTES.get(i)),
          median / least,
          median / 1e6,
          DIRTY_PAGES);
    }
  }

  /** The median time that a checkpoint took, in nanoseconds. */
  private static double checkpoint(ListRecording recording, Path scratch) {
    List<Long> ends = new ArrayList<>();
    Diagnosis.of(
        recording,
        AnalysisSettings.of(new ScratchSpace(scratch)),
        _ -> ends.add(System.nanoTime()));
    double[] times = new double[ends.size() - FIRST_COUNTED];
    for (int i = 0; i < times.length; i++) {
      times[i] = ends.get(i + FIRST_COUNTED) - ends.get(i + FIRST_COUNTED - 1);
    }
    Arrays.sort(times);
    return times[times.length / 2];
  }
}
