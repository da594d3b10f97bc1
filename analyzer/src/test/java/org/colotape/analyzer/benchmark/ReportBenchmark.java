package org.colotape.analyzer.benchmark;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.colotape.analyzer.report.html.Browser;
import org.colotape.analyzer.report.html.Reports;

/**
 * How long the HTML report takes to follow the slider and the mouse, in a browser: a large report
 * and a small one in turn. What takes longer than a frame of 16.7 ms is no longer fluid.
 */
final class ReportBenchmark {
  /** All of the slider, and as many steps of zoom, each drawn; milliseconds for each. */
  private static final String STEPS =
      """
      const times = { slider: [], zoom: [] };
      const timed = (times, work) => {
        const start = performance.now();
        work();
        report.map.draw();
        times.push(performance.now() - start);
      };
      for (let i = 0; i < report.recording.checkpoints.length; i++) {
        timed(times.slider, () => report.choose(i));
      }
      report.map.fit();
      for (let i = 0; i < 60; i++) {
        timed(times.zoom, () => report.map.zoom(1.1, 300, 100));
      }
      return [times.slider, times.zoom];
      """;

  private ReportBenchmark() {}

  static void run(Path folder, PrintStream out) throws IOException {
    if (!Browser.isInstalled()) {
      out.println("HTML report: SKIPPED, no Chromium here");
      return;
    }
    Path small = Reports.made(folder, 1000, 20);
    Path large = Reports.made(folder, 100_000, 200);
    try (Browser browser = Browser.start(folder.resolve("profile"))) {
      steps(browser, small); // the browser warms up
      List<?> few = steps(browser, small);
      List<?> many = steps(browser, large);
      line("slider", few.get(0), many.get(0), out);
      line("zoom", few.get(1), many.get(1), out);
    }
  }

  private static List<?> steps(Browser browser, Path report) {
    browser.open(report);
    return (List<?>) browser.script(STEPS);
  }

  private static void line(String step, Object few, Object many, PrintStream out) {
    double[] small = sorted(few);
    double[] large = sorted(many);
    out.printf(
        Locale.ROOT,
        "%-48s %.1f ms, at most %.1f (goal 16.7); of 1000 pages x 20: %.1f ms%n",
        "HTML report, 100000 pages x 200, " + step,
        large[large.length / 2],
        large[large.length - 1],
        small[small.length / 2]);
  }

  private static double[] sorted(Object times) {
    double[] sorted =
        ((List<?>) times).stream().mapToDouble(time -> ((Number) time).doubleValue()).toArray();
    Arrays.sort(sorted);
    return sorted;
  }
}
