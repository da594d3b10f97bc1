package org.colotape.analyzer.cli.library;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import org.colotape.analyzer.cli.frame.ExitCode;
import org.colotape.analyzer.cli.frame.LogOptions;
import org.colotape.analyzer.cli.frame.OutputOptions;
import org.colotape.analyzer.cli.frame.Terminal;
import org.colotape.schema.event.Recording;
import org.colotape.schema.log.RecordingLog;
import picocli.CommandLine.Command;

/** {@code colotape list}. */
@Command(
    name = "list",
    description = {
      "List recordings.",
      "A line has name, state, when it was begun (UTC), events, pages, captured bytes, last whole"
          + " checkpoint, number of page partitions, and a note.",
      "A recording is SEALED when all of it was acknowledged; OPEN while it is being written or if"
          + " its recorder died; FAILED if writing it failed. All of them can be read. 'colotape"
          + " record --resume' finishes those that a tap recorded."
    },
    footer = {
      "",
      "JSON: {name, state, id, createdAt (ms since 1970), events, pages, wireBytes, lastCheckpoint"
          + " (-1: none), pagePartitions, note}"
    })
public final class ListCommand implements Callable<Integer> {
  private static final String LINE = "%-40s %-7s %-20s %11s %11s %14s %6s %4s  %s";

  private final LogOptions log;
  private final OutputOptions output;
  private final Terminal terminal;

  /** The command, with what all commands share. */
  public ListCommand(LogOptions log, OutputOptions output, Terminal terminal) {
    this.log = log;
    this.output = output;
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    List<Recording> recordings;
    try (RecordingLog open = log.open()) {
      recordings = open.list();
    }
    if (output.json()) {
      recordings.forEach(recording -> output.printJson(RecordingJson.of(recording)));
    } else if (recordings.isEmpty()) {
      terminal.line("no recordings");
    } else {
      terminal.line(
          LINE.formatted("NAME", "STATE", "BEGUN", "EVENTS", "PAGES", "BYTES", "LAST", "PART", "")
              .stripTrailing());
      recordings.forEach(recording -> terminal.line(line(recording)));
    }
    return ExitCode.OK;
  }

  private static String line(Recording recording) {
    boolean counted = recording.getEvents() > 0;
    return LINE.formatted(
            recording.getName(),
            recording.getState(),
            Instant.ofEpochMilli(recording.getCreatedAt() / 1000 * 1000),
            counted ? recording.getEvents() : "-",
            counted ? recording.getPages() : "-",
            counted ? recording.getWireBytes() : "-",
            recording.getLastCheckpoint() < 0 ? "-" : recording.getLastCheckpoint(),
            recording.getPagePartitions(),
            recording.getNote())
        .stripTrailing();
  }
}
