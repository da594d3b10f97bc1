package org.colotape.analyzer.cli.qualify;

import java.nio.file.Path;
import org.colotape.analyzer.cli.frame.ReportFile;
import org.colotape.analyzer.qualification.Table;
import org.colotape.analyzer.qualification.report.HtmlTable;
import org.colotape.analyzer.qualification.report.JunitTable;
import org.colotape.schema.ColotapeException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Reports that go to files. */
final class TableFiles {
  @Option(
      names = "--junit",
      paramLabel = "FILE",
      description = {
        "Write the table as JUnit's XML, too: a test for each case. A wrong one is a failure, an"
            + " undecided one an error, a refused one was skipped. A file that is there is"
            + " replaced."
      })
  private @Nullable Path junit;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description = {
        "Write the table as a page to look at, too: one HTML file that loads nothing. A file that"
            + " is there is replaced."
      })
  private @Nullable Path html;

  /**
   * Writes those that were asked for.
   *
   * @throws ColotapeException if a file can't be written
   */
  void write(Table table) {
    ReportFile.write(junit, out -> JunitTable.write(table, out));
    ReportFile.write(html, out -> HtmlTable.write(table, out));
  }
}
