package org.colotape.analyzer.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.colotape.analyzer.diagnosis.Diagnosis;
import org.colotape.analyzer.diagnosis.Fault;
import org.colotape.analyzer.diff.BlockComparison;
import org.colotape.analyzer.diff.Divergence;
import org.colotape.analyzer.diff.MemoryPair;
import org.colotape.analyzer.diff.PageBytes;
import org.colotape.analyzer.diff.PageSet;
import org.colotape.analyzer.diff.Side;
import org.colotape.analyzer.diff.Source;
import org.colotape.analyzer.verdict.CheckpointVerdict;
import org.colotape.analyzer.verdict.CheckpointVerdict.Compared;
import org.colotape.analyzer.verdict.CheckpointVerdict.NotCompared;
import org.colotape.analyzer.verdict.RecordingVerdict;
import org.colotape.replayer.memory.PageWriter;
import org.colotape.schema.event.Memory;
import org.jspecify.annotations.Nullable;

/**
 * A verdict as text for people: the sentence first, then the checkpoints, then the pages that
 * differ behind the first divergent checkpoint with the bytes and events of the first few, then
 * what else there is to know.
 */
public final class TextReport {
  private static final int RANGE_LINES = 8;
  private static final int REMARKS = 20;
  private static final int DUMP_ROWS = 2;
  private static final String ROW = "%10s  %9s  %9s  %9s  %9s  %s";

  private final RecordingVerdict verdict;
  private final StringBuilder out = new StringBuilder();

  private final List<Fault> faults;

  private TextReport(RecordingVerdict verdict, List<Fault> faults) {
    this.verdict = verdict;
    this.faults = faults;
  }

  /** The report, each line ended. */
  public static String of(RecordingVerdict verdict) {
    return of(new Diagnosis(verdict, List.of()));
  }

  /** The report with what went wrong, each line ended. */
  public static String of(Diagnosis diagnosis) {
    TextReport report = new TextReport(diagnosis.verdict(), diagnosis.faults());
    report.write();
    return report.out.toString();
  }

  private void write() {
    line(Summary.of(verdict));
    line("");
    line("recording " + verdict.recording() + ", rules " + verdict.rules().name());
    line("what is not observed: PVM as streamed, cache and SVM as replayed");
    line("");
    FaultLines.of(faults).forEach(this::line);
    table();
    verdict.firstDivergent().ifPresent(this::pages);
    remarks();
  }

  private void table() {
    line(String.format(ROW, "checkpoint", "sent", "written", "compared", "differing", "observed"));
    for (CheckpointVerdict checkpoint : verdict.checkpoints()) {
      line(
          switch (checkpoint) {
            case Compared c -> row(c, c.pagesCompared(), c.pagesDiffering(), observed(c));
            case NotCompared n -> row(n, "-", "-", "not compared: " + n.reason().text());
          });
    }
    line("sent: pages in the stream; written: the same, each once;");
    String whole =
        Words.numbers(
            verdict.compared().stream()
                .filter(c -> c.blocks().stream().anyMatch(BlockComparison::whole))
                .map(Compared::checkpoint)
                .toList());
    line(
        "compared: pages that may have changed"
            + (whole.isEmpty() ? "" : ", or all of a memory seen for the first time: at " + whole));
  }

  private static String row(
      CheckpointVerdict checkpoint, Object compared, Object differing, String memories) {
    return String.format(
        ROW,
        checkpoint.checkpoint(),
        checkpoint.pagesSent(),
        checkpoint.pagesWritten(),
        compared,
        differing,
        memories);
  }

  private static String observed(Compared checkpoint) {
    List<String> observed = new ArrayList<>();
    for (BlockComparison block : checkpoint.blocks()) {
      block
          .sources()
          .forEach((memory, source) -> {
            switch (source) {
              case OBSERVED -> observed.add(Words.memory(memory) + " " + block.block());
              case PARTLY_OBSERVED ->
                  observed.add("part of " + Words.memory(memory) + " " + block.block());
              case MODEL -> {
                // what is not observed stands in the head
              }
            }
          });
    }
    return observed.isEmpty() ? "-" : String.join(", ", observed);
  }

  private void pages(Compared checkpoint) {
    line("");
    line("differing pages at checkpoint " + checkpoint.checkpoint());
    for (BlockComparison block : checkpoint.blocks()) {
      Map<PageSet, List<MemoryPair>> sets = new LinkedHashMap<>();
      block
          .differing()
          .forEach((pair, pages) -> sets.computeIfAbsent(pages, p -> new ArrayList<>()).add(pair));
      sets.forEach((pages, pairs) -> pages(block, pairs, pages));
    }
    String before = "";
    for (Divergence divergence : checkpoint.divergences()) {
      // the other pairs of the page hold the same bytes once more
      String page = String.format("%s+0x%x", divergence.block(), divergence.offset());
      if (!page.equals(before)) {
        evidence(page, divergence);
      }
      before = page;
    }
  }

  private void pages(BlockComparison block, List<MemoryPair> pairs, PageSet pages) {
    String memories = pairs.stream().map(Words::pair).collect(Collectors.joining(" and "));
    line(String.format("  %s, %s, %s", block.block(), memories, Words.pages(pages.size())));
    List<String> ranges = PageList.lines(pages, block.pageSize());
    ranges.stream().limit(RANGE_LINES).forEach(line -> line("    " + line));
    if (ranges.size() > RANGE_LINES) {
      line("    and more: --json has all");
    }
  }

  private void evidence(String page, Divergence divergence) {
    Side left = divergence.left();
    Side right = divergence.right();
    line("");
    line(
        String.format(
            "page %s: %s and %s differ%s",
            page,
            Words.memory(left.memory(), left.source()),
            Words.memory(right.memory(), right.source()),
            divergence.firstDifference() < 0
                ? ""
                : String.format(" from byte 0x%x on", divergence.firstDifference())));
    PageBytes here = left.bytes();
    PageBytes there = right.bytes();
    if (here == null || there == null) {
      line(
          "  the recording has no bytes of it, only digests: "
              + left.digest()
              + ", "
              + right.digest());
    } else {
      new HexDump(Words.memory(left.memory()), here, Words.memory(right.memory()), there)
          .lines(divergence.offset(), DUMP_ROWS)
          .forEach(row -> line("  " + row));
    }
    PageWriter sent = divergence.lastSent();
    line(
        sent == null
            ? "  page never sent in the stream"
            : "  page sent last by " + Words.writer(sent));
    for (Side side : List.of(left, right)) {
      if (side.source() == Source.MODEL && side.memory() != Memory.PVM) {
        writer(side, sent);
      }
    }
  }

  private void writer(Side side, @Nullable PageWriter sent) {
    PageWriter writer = side.lastWriter();
    String name = Words.memory(side.memory());
    if (writer == null) {
      line("  " + name + " page never written");
    } else if (!writer.equals(sent)) {
      line("  " + name + " page written last by " + Words.writer(writer));
    }
  }

  private void remarks() {
    List<String> lines = Words.remarks(verdict);
    if (lines.isEmpty()) {
      return;
    }
    line("");
    line("remarks");
    lines.stream().limit(REMARKS).forEach(remark -> line("  " + remark));
    if (lines.size() > REMARKS) {
      line("  and " + (lines.size() - REMARKS) + " more: see --json");
    }
  }

  private void line(String text) {
    out.append(Printable.line(text.stripTrailing())).append('\n');
  }
}
