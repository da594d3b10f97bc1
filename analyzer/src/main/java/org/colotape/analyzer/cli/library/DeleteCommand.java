package org.colotape.analyzer.cli.library;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.colotape.analyzer.cli.frame.ExitCode;
import org.colotape.analyzer.cli.frame.LogOptions;
import org.colotape.analyzer.cli.frame.OutputOptions;
import org.colotape.analyzer.cli.frame.Terminal;
import org.colotape.recorder.journal.JournalFolder;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.event.Recording;
import org.colotape.schema.log.RecordingLog;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code colotape delete}. */
@Command(
    name = "delete",
    description = {
      "Delete recordings.",
      "Their topics, their entries in the list, their snapshots and what waits of them in a journal"
          + " are removed. One that can't be deleted, as one that a tap still records, does not"
          + " keep the others."
    },
    footer = {"", "JSON: {deleted} for each"})
public final class DeleteCommand implements Callable<Integer> {
  private final LogOptions log;
  private final OutputOptions output;
  private final Terminal terminal;

  @Parameters(paramLabel = "RECORDING", arity = "1..*", description = "Name of a recording.")
  private List<String> names = List.of();

  /** The command, with what all commands share. */
  public DeleteCommand(LogOptions log, OutputOptions output, Terminal terminal) {
    this.log = log;
    this.output = output;
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    int exitCode = ExitCode.OK;
    try (RecordingLog open = log.open()) {
      for (String name : names) {
        try {
          demandOver(name);
          List<Recording> entries = open.list();
          open.delete(name);
          deleteJournal(name);
          entries.stream()
              .filter(entry -> entry.getName().equals(name))
              .forEach(entry -> log.snapshots().forget(RecordingLog.identityOf(entry)));
          print(name);
        } catch (ColotapeException e) {
          terminal.problem(String.valueOf(e.getMessage()));
          exitCode = ExitCode.FAILED;
        }
      }
    }
    return exitCode;
  }

  private void demandOver(String name) {
    Path journal = journal(name);
    if (JournalFolder.isInUse(journal)) {
      throw new ColotapeException(
          "the recording is being recorded", journal.toString(), "end its recorder first");
    }
  }

  private Path journal(String name) {
    return log.home().resolve("journal").resolve(name);
  }

  /** Without its recording, a journal that waits to be resumed would make it again. */
  private void deleteJournal(String name) {
    JournalFolder journal = JournalFolder.open(journal(name));
    if (journal != null) {
      journal.delete();
    }
  }

  private void print(String name) {
    if (output.json()) {
      output.printJson(new Deleted(name));
    } else {
      terminal.line("deleted " + name);
    }
  }

  /** A recording that is gone, as {@code --json} prints it. */
  private record Deleted(String deleted) {}
}
