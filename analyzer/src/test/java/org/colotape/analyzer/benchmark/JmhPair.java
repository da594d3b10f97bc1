package org.colotape.analyzer.benchmark;

import java.io.PrintStream;
import java.util.Collection;
import java.util.Locale;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Two methods of a JMH benchmark that do the same work, and the ratio of their throughputs.
 *
 * @param name what is measured
 * @param goal least ratio that is good enough
 * @param benchmark the class
 * @param ours name of the method that is Colotape
 * @param bare name of the method that does the least one could do
 * @param bytes how many bytes one run of a method goes through
 */
record JmhPair(String name, double goal, Class<?> benchmark, String ours, String bare, long bytes) {
  /** Runs both and prints their ratio. */
  void compare(PrintStream out) throws RunnerException {
    Collection<RunResult> results =
        new Runner(
                new OptionsBuilder()
                    .include(benchmark.getName() + "\\.(" + ours + "|" + bare + ")$")
                    .verbosity(VerboseMode.SILENT)
                    .build())
            .run();
    out.printf(
        Locale.ROOT,
        "%-48s ratio %.2f (goal %.2f)   %.0f MB/s%n",
        name,
        score(results, ours) / score(results, bare),
        goal,
        score(results, ours) * bytes / 1e6);
  }

  private static double score(Collection<RunResult> results, String method) {
    return results.stream()
        .filter(result -> result.getParams().getBenchmark().endsWith("." + method))
        .findFirst()
        .orElseThrow()
        .getPrimaryResult()
        .getScore();
  }
}
