package org.colotape.analyzer.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.colotape.analyzer.diagnosis.Diagnosis;
import org.colotape.analyzer.diagnosis.Fault;
import org.colotape.analyzer.diff.Divergence;
import org.colotape.analyzer.diff.PageBytes;
import org.colotape.analyzer.report.Palette.Tone;
import org.colotape.analyzer.verdict.CheckpointVerdict;
import org.colotape.analyzer.verdict.CheckpointVerdict.Compared;
import org.colotape.analyzer.verdict.RecordingVerdict;

/**
 * A diagnosis as one screen for people, however large the recording: the verdict in a sentence,
 * which checkpoints differ, the first findings, the first bytes that differ, and how to see more.
 */
public final class ScreenReport {
  /** Lines at most on a terminal of {@link #COLUMNS}, where the verdict's may be wrapped. */
  public static final int LINES = 24;

  /** Width at most, of all lines but the verdict's. */
  public static final int COLUMNS = 100;

  private static final int SENTENCE = 3 * COLUMNS;
  private static final int FINDINGS = 3;
  private static final int REMARKS = 1;
  private static final int COUNTS = 6;

  private final RecordingVerdict verdict;
  private final List<Fault> faults;
  private final Palette palette;
  private final List<String> lines = new ArrayList<>();

  private ScreenReport(Diagnosis diagnosis, Palette palette) {
    this.verdict = diagnosis.verdict();
    this.faults = diagnosis.faults();
    this.palette = palette;
  }

  /** The lines, painted. */
  public static List<String> of(Diagnosis diagnosis, Palette palette) {
    ScreenReport report = new ScreenReport(diagnosis, palette);
    report.write();
    return report.lines;
  }

  private void write() {
    sentence();
    head();
    if (!faults.isEmpty()) {
      lines.add("");
      faults.stream().limit(FINDINGS).forEach(this::finding);
      if (faults.size() > FINDINGS) {
        faint("and " + (faults.size() - FINDINGS) + " findings more");
      }
    }
    verdict.firstDivergent().ifPresent(this::evidence);
    remarks();
    lines.add("");
    faint("analyze --full prints every checkpoint, page and remark, --html FILE draws them");
  }

  private void sentence() {
    String sentence = cut(Summary.of(verdict), SENTENCE);
    String word =
        switch (verdict.outcome()) {
          case IN_STEP -> sentence.startsWith("in step") ? "in step" : "consistent in itself";
          case DIVERGED -> "diverged";
          case UNDECIDED -> "undecided";
        };
    Tone tone =
        switch (verdict.outcome()) {
          case IN_STEP -> Tone.GOOD;
          case DIVERGED -> Tone.BAD;
          case UNDECIDED -> Tone.UNSURE;
        };
    lines.add(palette.paint(tone, word) + sentence.substring(word.length()));
  }

  private void head() {
    List<CheckpointVerdict> checkpoints = verdict.checkpoints();
    String span =
        checkpoints.isEmpty()
            ? "no checkpoint"
            : "checkpoints "
                + checkpoints.getFirst().checkpoint()
                + " to "
                + checkpoints.getLast().checkpoint();
    long sent = checkpoints.stream().mapToLong(CheckpointVerdict::pagesSent).sum();
    line(
        "recording %s, rules %s; %s, %s sent"
            .formatted(verdict.recording(), verdict.rules().name(), span, Words.pages(sent)));
    if (verdict.firstDivergent().isPresent()) {
      line("pages that differ: " + counts());
    }
    if (!verdict.notCompared().isEmpty()) {
      line(
          "not compared: "
              + verdict.notCompared().stream()
                  .limit(REMARKS)
                  .map(n -> "checkpoint " + n.checkpoint() + ", " + n.reason().text())
                  .collect(Collectors.joining("; "))
              + more(verdict.notCompared().size() - REMARKS));
    }
  }

  /** How many pages differ at which checkpoints, in order of the first of them. */
  private String counts() {
    Map<Integer, String> runs = new TreeMap<>();
    long before = 0;
    int first = 0;
    int last = 0;
    for (Compared checkpoint : verdict.compared()) {
      long differing = checkpoint.pagesDiffering();
      if (differing != before) {
        first = checkpoint.checkpoint();
      }
      last = checkpoint.checkpoint();
      before = differing;
      if (differing > 0) {
        runs.put(first, differing + " at " + (first == last ? "" + first : first + ".." + last));
      }
    }
    return runs.values().stream().limit(COUNTS).collect(Collectors.joining(", "))
        + more(runs.size() - COUNTS);
  }

  private static String more(int left) {
    return left > 0 ? ", and " + left + " more" : "";
  }

  private void finding(Fault fault) {
    String lead = "checkpoint " + fault.checkpoint() + ", ";
    String cause = fault.cause().text();
    String rest =
        " (breaks %s, %s): %s"
            .formatted(
                fault.cause().oracle(),
                fault.confidence().name().toLowerCase(Locale.ROOT),
                fault.text());
    int room = COLUMNS - lead.length() - cause.length();
    lines.add(lead + palette.paint(Tone.BAD, cause) + cut(rest, room));
    line("  " + FaultLines.about(fault));
  }

  private void evidence(Compared checkpoint) {
    if (checkpoint.divergences().isEmpty()) {
      return;
    }
    Divergence first = checkpoint.divergences().getFirst();
    lines.add("");
    String page = "%s+0x%x".formatted(first.block(), first.offset());
    lines.add(
        "first page that differs: "
            + palette.paint(Tone.STRONG, page)
            + cut("; colotape blame tells who wrote it", COLUMNS - 25 - page.length()));
    PageBytes left = first.left().bytes();
    PageBytes right = first.right().bytes();
    if (left != null && right != null) {
      new HexDump(
              Words.memory(first.left().memory()),
              left,
              Words.memory(first.right().memory()),
              right)
          .lines(first.offset(), 1)
          .forEach(row -> line("  " + row));
    }
  }

  private void remarks() {
    List<String> texts = Words.remarks(verdict);
    if (texts.isEmpty()) {
      return;
    }
    lines.add("");
    texts.stream().limit(REMARKS).forEach(text -> line("remark: " + text));
    if (texts.size() > REMARKS) {
      faint("and " + (texts.size() - REMARKS) + " remarks more");
    }
  }

  private void line(String text) {
    lines.add(cut(text.stripTrailing(), COLUMNS));
  }

  private void faint(String text) {
    lines.add(palette.paint(Tone.FAINT, text));
  }

  private static String cut(String text, int width) {
    return text.length() <= width ? text : text.substring(0, Math.max(0, width - 3)) + "...";
  }
}
