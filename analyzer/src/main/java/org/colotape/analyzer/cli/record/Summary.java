package org.colotape.analyzer.cli.record;

import java.util.Locale;
import org.colotape.analyzer.cli.frame.Amounts;
import org.colotape.analyzer.cli.frame.OutputOptions;
import org.colotape.analyzer.cli.frame.Terminal;
import org.colotape.analyzer.report.JsonReport;
import org.colotape.recorder.session.RecordingSession;
import org.colotape.schema.event.MigrationEnd;
import org.colotape.schema.log.RecordingTotals;
import org.jspecify.annotations.Nullable;

/**
 * What was recorded.
 *
 * @param recording its name
 * @param sealed true if all of it was acknowledged
 * @param events number of events
 * @param pages number of pages written, each page of a zero run counted
 * @param wireBytes number of captured bytes
 * @param lastCheckpoint the last whole checkpoint, or -1
 * @param unparsedBytes bytes of the main channel that are kept as opaque events
 * @param seconds how long it took
 * @param end what ended it; null if recording failed
 * @param migration how the migration ended, as far as both sides told
 */
record Summary(
    String recording,
    boolean sealed,
    long events,
    long pages,
    long wireBytes,
    int lastCheckpoint,
    long unparsedBytes,
    double seconds,
    @Nullable String end,
    Migration migration) {

  /**
   * How a migration ended.
   *
   * @param outcome confirmed, refused, broken or unknown
   * @param reason what tells so
   * @param bytes that had been passed on to a secondary that refused, or null
   * @param path where in the stream they end, or null
   */
  record Migration(String outcome, String reason, @Nullable Long bytes, @Nullable String path) {
    private static Migration of(MigrationEnd end) {
      return new Migration(
          JsonReport.name(end.getOutcome()),
          end.getReason(),
          end.getBytes() < 0 ? null : end.getBytes(),
          end.getPath().isEmpty() ? null : end.getPath());
    }
  }

  static Summary of(
      String recording,
      RecordingSession session,
      WatchedSink sink,
      double seconds,
      @Nullable String end) {
    RecordingTotals totals = session.totals();
    return new Summary(
        recording,
        sink.sealed(),
        totals.events(),
        totals.pages(),
        totals.wireBytes(),
        totals.lastCheckpoint(),
        sink.watch().unparsedBytes(),
        seconds,
        end,
        Migration.of(session.migration()));
  }

  /** Prints the summary, with all that was printed before. */
  void print(Terminal terminal, OutputOptions output) {
    if (output.json()) {
      output.printJson(this);
    } else {
      terminal.line(line());
      terminal.line("migration %s: %s".formatted(migration.outcome, migration.reason));
    }
    terminal.flush();
  }

  /** The summary in one line, for people. */
  private String line() {
    return String.format(
        Locale.ROOT,
        "recorded %s: %d events, %d pages, %s, %s, %s%.1f s (%s)",
        recording,
        events,
        pages,
        Amounts.bytes(wireBytes),
        Amounts.checkpoints(lastCheckpoint),
        unparsedBytes == 0 ? "" : unparsedBytes + " bytes not parsed, ",
        seconds,
        end == null ? "failed; what was acknowledged is readable" : end);
  }
}
