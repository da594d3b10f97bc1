package org.colotape.analyzer.benchmark;

import java.io.PrintStream;
import java.util.Arrays;
import java.util.Locale;

/**
 * Runs two ways to do the same work in turn, the order rotated, and prints their ratio round by
 * round: machines are noisy, and only what ran side by side can be compared.
 *
 * @param name what is measured
 * @param goal least median ratio that is good enough
 * @param rounds counted rounds; one more is run first to warm up
 */
record SideBySide(String name, double goal, int rounds) {
  /** Does the work once. */
  interface Work {
    /** Returns the speed in bytes per second. */
    double run() throws Exception;
  }

  /** Compares {@code ours} with {@code bare}; a ratio above 1 says that ours is faster. */
  void compare(Work ours, Work bare, PrintStream out) throws Exception {
    double[] ratios = new double[rounds];
    double[] speeds = new double[rounds];
    for (int round = -1; round < rounds; round++) {
      boolean oursFirst = (round & 1) == 0;
      double first = (oursFirst ? ours : bare).run();
      double second = (oursFirst ? bare : ours).run();
      if (round >= 0) {
        speeds[round] = oursFirst ? first : second;
        ratios[round] = speeds[round] / (oursFirst ? second : first);
      }
    }
    Arrays.sort(ratios);
    Arrays.sort(speeds);
    out.printf(
        Locale.ROOT,
        "%-48s ratio %.2f (%.2f to %.2f, goal %.2f)   %.0f MB/s%n",
        name,
        ratios[rounds / 2],
        ratios[0],
        ratios[rounds - 1],
        goal,
        speeds[rounds / 2] / 1e6);
  }

  /** Speed of work on so many bytes that began at {@code start}, a {@link System#nanoTime}. */
  static double speed(long bytes, long start) {
    return bytes * 1e9 / (System.nanoTime() - start);
  }
}
