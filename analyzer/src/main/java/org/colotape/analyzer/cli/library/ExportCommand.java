package org.colotape.analyzer.cli.library;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.colotape.analyzer.cli.frame.ExitCode;
import org.colotape.analyzer.cli.frame.LogOptions;
import org.colotape.analyzer.cli.frame.OutputOptions;
import org.colotape.analyzer.cli.frame.Terminal;
import org.colotape.schema.log.EventSource;
import org.colotape.schema.log.RecordingTotals;
import org.colotape.schema.tape.TapeSink;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code colotape export}. */
@Command(
    name = "export",
    description = {
      "Write a recording to a tape.",
      "A tape is one portable file (an Avro object container, zstd) with every event of the"
          + " recording.",
      "If that fails, the file stays with the events that reached it; it can be read and imported"
          + " up to there."
    },
    footer = {"", "JSON: {recording, file, events}"})
public final class ExportCommand implements Callable<Integer> {
  private final LogOptions log;
  private final OutputOptions output;
  private final Terminal terminal;

  @Parameters(index = "0", paramLabel = "RECORDING", description = LogOptions.RECORDING_HELP)
  private String name = "";

  @Parameters(index = "1", paramLabel = "FILE", description = "The tape; must not exist.")
  private Path file = Path.of("");

  /** The command, with what all commands share. */
  public ExportCommand(LogOptions log, OutputOptions output, Terminal terminal) {
    this.log = log;
    this.output = output;
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    RecordingTotals totals = new RecordingTotals();
    try (EventSource source = log.read(name);
        TapeSink tape = TapeSink.create(file, source.recording())) {
      new Copy(source, terminal, "exporting").to(tape, totals);
      tape.seal();
    }
    if (output.json()) {
      output.printJson(new Exported(name, file.toString(), totals.events()));
    } else {
      terminal.line("exported " + name + " to " + file + ": " + totals.events() + " events");
    }
    return ExitCode.OK;
  }

  /** What was written, as {@code --json} prints it. */
  private record Exported(String recording, String file, long events) {}
}
