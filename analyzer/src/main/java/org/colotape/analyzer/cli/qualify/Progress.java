package org.colotape.analyzer.cli.qualify;

import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.colotape.analyzer.cli.frame.LogOptions;
import org.colotape.analyzer.cli.frame.Terminal;
import org.colotape.analyzer.qualification.Case;
import org.colotape.analyzer.qualification.CaseResult;
import org.colotape.analyzer.qualification.CaseResult.Kind;
import org.colotape.analyzer.qualification.Cell;
import org.colotape.analyzer.qualification.LabRunner;
import org.colotape.analyzer.qualification.Qualification;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Recording;
import org.colotape.schema.log.EventSink;
import org.colotape.schema.log.EventSource;
import org.colotape.schema.log.RecordingLog;
import org.colotape.schema.tape.TapeSource;
import org.jspecify.annotations.Nullable;

/** Shows how a qualification goes, and keeps recordings of what is not right. */
final class Progress implements Qualification.Progress, AutoCloseable {
  private final int all;
  private final @Nullable LogOptions log;
  private final Terminal terminal;
  private final boolean lines;
  private final String suffix =
      DateTimeFormatter.ofPattern("-yyyyMMdd'T'HHmmss'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC)
          .format(Instant.now());
  private int begun;
  private @Nullable RecordingLog open;

  /**
   * @param all number of cases
   * @param log takes recordings of cases that are not right; null to keep none
   * @param lines true to print a line for each case
   */
  Progress(int all, @Nullable LogOptions log, Terminal terminal, boolean lines) {
    this.all = all;
    this.log = log;
    this.terminal = terminal;
    this.lines = lines;
  }

  @Override
  public void begins(Case one) {
    begun++;
    terminal.status("case %d of %d: %s".formatted(begun, all, one.name()));
  }

  @Override
  public void done(Cell cell, @Nullable Path tape) {
    CaseResult result = cell.result();
    if (lines) {
      String line =
          String.format(
              Locale.ROOT,
              "%-40s %-10s %5.1f s  %s",
              cell.of().name(),
              result.kind() == Kind.WRONG ? "WRONG" : result.kind().name().toLowerCase(Locale.ROOT),
              cell.time().toMillis() / 1e3,
              result.headline());
      terminal.line(line);
      terminal.flush();
    }
    if (log != null && tape != null && result.kind() != Kind.RIGHT) {
      keep(log, tape, LabRunner.recording(cell.of()) + suffix);
    }
  }

  private void keep(LogOptions to, Path tape, String name) {
    RecordingLog opened = open;
    if (opened == null) {
      opened = to.open();
      open = opened;
    }
    try (EventSource source = TapeSource.open(tape)) {
      Recording head = source.recording();
      try (EventSink sink = opened.create(name, head.getId(), head.getPagePartitions())) {
        for (Event event : source) {
          sink.accept(event);
        }
        sink.seal();
      }
    }
    if (lines) {
      terminal.line("  kept as " + name);
    }
  }

  @Override
  public void close() {
    terminal.clearStatus();
    if (open != null) {
      open.close();
    }
  }
}
