package org.colotape.analyzer.report;

import java.io.PrintWriter;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.colotape.analyzer.diagnosis.Cause;
import org.colotape.analyzer.diagnosis.Diagnosis;
import org.colotape.analyzer.diagnosis.Fault;
import org.colotape.analyzer.diff.BlockComparison;
import org.colotape.analyzer.diff.MemoryPair;
import org.colotape.analyzer.diff.PageRange;
import org.colotape.analyzer.verdict.CheckpointVerdict.Compared;

/**
 * The divergent pages as comma-separated values, a line for each page and checkpoint: checkpoint,
 * block, offset in bytes, whether each pair of memories differs (1 or 0), and the cause, which is
 * empty for pages that are followed no more.
 */
public final class CsvReport {
  private static final String HEAD = "checkpoint,block,offset,pvm-cache,cache-svm,pvm-svm,cause";

  /** Leads what spreadsheets compute. */
  private static final Pattern FORMULA = Pattern.compile("[=+\\-@\\t\\r]");

  private final Diagnosis diagnosis;
  private final PrintWriter out;

  /** By block and page the cause. */
  private final Map<String, Map<Integer, Cause>> causes = new HashMap<>();

  private CsvReport(Diagnosis diagnosis, PrintWriter out) {
    this.diagnosis = diagnosis;
    this.out = out;
  }

  /** Writes the report; the writer notes errors. */
  public static void write(Diagnosis diagnosis, PrintWriter out) {
    new CsvReport(diagnosis, out).write();
  }

  private void write() {
    for (Fault fault : diagnosis.faults()) {
      fault
          .pages()
          .forEach((block, pages) -> {
            Map<Integer, Cause> of = causes.computeIfAbsent(block, _ -> new HashMap<>());
            pages.pages().forEach(page -> of.putIfAbsent(page, fault.cause()));
          });
    }
    out.println(HEAD);
    for (Compared checkpoint : diagnosis.verdict().compared()) {
      for (BlockComparison block : checkpoint.blocks()) {
        block.differingPages().pages().forEach(page -> line(checkpoint, block, page));
      }
    }
  }

  private void line(Compared checkpoint, BlockComparison block, int page) {
    StringBuilder line = new StringBuilder();
    line.append(checkpoint.checkpoint()).append(',').append(quoted(block.block())).append(',');
    line.append((long) page * block.pageSize());
    for (MemoryPair pair : MemoryPair.values()) {
      line.append(',').append(differs(block, pair, page) ? 1 : 0);
    }
    Cause cause = causes.getOrDefault(block.block(), Map.of()).get(page);
    line.append(',').append(cause == null ? "" : JsonReport.name(cause));
    out.println(line);
  }

  private static boolean differs(BlockComparison block, MemoryPair pair, int page) {
    for (PageRange range : block.differing(pair).ranges()) {
      if (page >= range.from() && page < range.to()) {
        return true;
      }
    }
    return false;
  }

  /**
   * A field as RFC 4180 writes it. Behind a quote, a spreadsheet takes what looks like a formula
   * for text.
   */
  private static String quoted(String text) {
    String field = Printable.line(FORMULA.matcher(text).lookingAt() ? "'" + text : text);
    return field.matches("[^\",]*") ? field : '"' + field.replace("\"", "\"\"") + '"';
  }
}
