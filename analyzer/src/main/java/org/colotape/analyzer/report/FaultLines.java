package org.colotape.analyzer.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.colotape.analyzer.diagnosis.Fault;
import org.colotape.analyzer.diff.PageSet;

/** What went wrong, as lines: a sentence for each fault, and what it is about under it. */
final class FaultLines {
  private static final int FAULTS = 12;
  private static final int RUNS = 6;

  private FaultLines() {}

  /** The lines, an empty one at the end; none if there are no faults. */
  static List<String> of(List<Fault> faults) {
    List<String> lines = new ArrayList<>();
    faults.stream().limit(FAULTS).forEach(fault -> add(fault, lines));
    if (faults.size() > FAULTS) {
      lines.add("and " + (faults.size() - FAULTS) + " more findings: --json has all");
    }
    if (!lines.isEmpty()) {
      lines.add("");
    }
    return lines;
  }

  private static void add(Fault fault, List<String> lines) {
    lines.add(
        "checkpoint %d, %s: %s (breaks %s, %s)"
            .formatted(
                fault.checkpoint(),
                fault.cause().text(),
                fault.text(),
                fault.cause().oracle(),
                fault.confidence().name().toLowerCase(Locale.ROOT)));
    fault.pages().forEach((block, pages) -> lines.add("  pages of " + block + ": " + runs(pages)));
    if (!fault.events().isEmpty()) {
      lines.add(
          "  events: "
              + fault.events().stream().map(String::valueOf).collect(Collectors.joining(", ")));
    }
  }

  /** Its first pages and events, in a line; may be long. */
  static String about(Fault fault) {
    List<String> parts = new ArrayList<>();
    fault.pages().forEach((block, pages) -> parts.add(block + " " + runs(pages)));
    if (!fault.events().isEmpty()) {
      parts.add(
          (fault.events().size() == 1 ? "event " : "events ")
              + fault.events().stream().map(String::valueOf).collect(Collectors.joining(", ")));
    }
    return String.join("; ", parts);
  }

  private static String runs(PageSet pages) {
    String runs =
        pages.ranges().stream()
            .limit(RUNS)
            .map(run ->
                run.size() == 1 ? String.valueOf(run.from()) : run.from() + ".." + (run.to() - 1))
            .collect(Collectors.joining(", "));
    int left = pages.ranges().size() - RUNS;
    return left > 0 ? runs + ", and " + left + " runs more" : runs;
  }
}
