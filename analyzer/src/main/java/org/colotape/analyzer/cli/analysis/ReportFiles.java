package org.colotape.analyzer.cli.analysis;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import org.colotape.analyzer.chronicle.Chronicle;
import org.colotape.analyzer.cli.frame.ReportFile;
import org.colotape.analyzer.diagnosis.Diagnosis;
import org.colotape.analyzer.report.CsvReport;
import org.colotape.analyzer.report.JunitReport;
import org.colotape.analyzer.report.html.HtmlReport;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.log.EventSource;
import org.colotape.schema.log.SeekableRecording;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Reports that go to files. */
final class ReportFiles {
  @Option(
      names = "--junit",
      paramLabel = "FILE",
      description = {
        "Write the verdict as JUnit's XML, too: a test for each checkpoint, for build servers. A"
            + " file that is there is replaced."
      })
  private @Nullable Path junit;

  @Option(
      names = "--csv",
      paramLabel = "FILE",
      description = {
        "Write the differing pages as comma-separated values, too: checkpoint, block, offset, the"
            + " pairs that differ, and the cause. A file that is there is replaced."
      })
  private @Nullable Path csv;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description = {
        "Write a report to look at, too: one HTML file that loads nothing, with the timeline, a map"
            + " of guest memory at every checkpoint, findings with bytes, and the protocol. A file"
            + " that is there is replaced."
      })
  private @Nullable Path html;

  /** True if one was asked for. */
  boolean given() {
    return junit != null || csv != null || html != null;
  }

  /**
   * Writes those that were asked for.
   *
   * @param name how the command line names the recording
   * @throws ColotapeException if a file can't be written, or the recording can't be read again
   */
  void write(Diagnosis diagnosis, SeekableRecording recording, String name) {
    ReportFile.write(junit, out -> JunitReport.write(diagnosis, out));
    ReportFile.write(
        csv,
        out -> {
          PrintWriter lines = new PrintWriter(out);
          CsvReport.write(diagnosis, lines);
          if (lines.checkError()) {
            throw new IOException("write error");
          }
        });
    if (html != null) {
      Chronicle chronicle;
      try (EventSource source = recording.openFrom(0)) {
        chronicle = Chronicle.of(source);
      }
      ReportFile.write(html, out -> HtmlReport.write(diagnosis, chronicle, name, out));
    }
  }
}
