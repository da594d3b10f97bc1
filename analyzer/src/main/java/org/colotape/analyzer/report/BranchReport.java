package org.colotape.analyzer.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.colotape.analyzer.branch.BranchDifference;
import org.colotape.analyzer.branch.BranchDifference.PageEvidence;
import org.colotape.analyzer.branch.BranchVerdict;
import org.colotape.analyzer.diagnosis.Diagnosis;
import org.colotape.replayer.memory.PageWriter;
import org.colotape.schema.event.Memory;
import org.jspecify.annotations.Nullable;

/**
 * A branch's verdict as text for people: what is different, the verdict on the branch, then the
 * pages on which it differs from the recording, with bytes and writers of the first few.
 */
public final class BranchReport {
  private static final int RANGE_LINES = 8;
  private static final int DUMP_ROWS = 1;
  private static final String ROW = "%10s  %9s  %9s  %9s";

  private final BranchVerdict verdict;
  private final List<String> lines = new ArrayList<>();

  private BranchReport(BranchVerdict verdict) {
    this.verdict = verdict;
  }

  /** The report, each line ended. */
  public static String of(BranchVerdict verdict) {
    BranchReport report = new BranchReport(verdict);
    report.write();
    return report.lines.stream().map(Printable::line).collect(Collectors.joining("\n")) + "\n";
  }

  private void write() {
    long at = verdict.branch().at();
    List<String> words = verdict.branch().differences();
    lines.add(
        "branch "
            + (at < 0 ? "from the start" : "behind event " + at)
            + ": "
            + (words.isEmpty() ? "nothing is different" : String.join("; ", words)));
    if (verdict.branch().renumbers()) {
      lines.add("events behind an added one are numbered one higher than in the recording");
    }
    TextReport.of(new Diagnosis(verdict.verdict(), verdict.faults())).lines().forEach(lines::add);
    lines.add("");
    if (verdict.differences().isEmpty()) {
      lines.add("the branch holds what the recording holds, behind every checkpoint");
      return;
    }
    lines.add("pages that differ from the recording, rules " + verdict.trunkRules().name());
    lines.add(String.format(ROW, "checkpoint", "PVM", "cache", "SVM"));
    byCheckpoint()
        .forEach((checkpoint, counts) ->
            lines.add(
                String.format(
                    ROW,
                    checkpoint,
                    counts.getOrDefault(Memory.PVM, 0),
                    counts.getOrDefault(Memory.CACHE, 0),
                    counts.getOrDefault(Memory.SVM, 0))));
    int first = verdict.differences().getFirst().checkpoint();
    lines.add("");
    lines.add("first at checkpoint " + first);
    verdict.differences().stream()
        .filter(difference -> difference.checkpoint() == first)
        .forEach(this::pages);
  }

  private Map<Integer, Map<Memory, Integer>> byCheckpoint() {
    Map<Integer, Map<Memory, Integer>> counts = new LinkedHashMap<>();
    for (BranchDifference difference : verdict.differences()) {
      counts
          .computeIfAbsent(difference.checkpoint(), checkpoint -> new LinkedHashMap<>())
          .merge(difference.memory(), difference.pages().size(), Integer::sum);
    }
    return counts;
  }

  private void pages(BranchDifference difference) {
    lines.add(
        String.format(
            "  %s %s, %s",
            Words.memory(difference.memory()),
            difference.block(),
            Words.pages(difference.pages().size())));
    List<String> ranges = PageList.lines(difference.pages(), difference.pageSize());
    ranges.stream().limit(RANGE_LINES).forEach(line -> lines.add("    " + line));
    if (ranges.size() > RANGE_LINES) {
      lines.add("    and more: --json has all");
    }
    for (PageEvidence page : difference.evidence()) {
      lines.add(String.format("    page %s+0x%x", difference.block(), page.offset()));
      new HexDump("recording", page.trunk(), "branch", page.branch())
          .lines(page.offset(), DUMP_ROWS)
          .forEach(row -> lines.add("      " + row.stripTrailing()));
      lines.add("      recording: " + writer(page.trunkWriter()));
      lines.add("      branch: " + writer(page.branchWriter()));
    }
  }

  private static String writer(@Nullable PageWriter writer) {
    return writer == null ? "never written" : "written last by " + Words.writer(writer);
  }
}
