package org.colotape.analyzer.cli.library;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.colotape.analyzer.cli.frame.ExitCode;
import org.colotape.analyzer.cli.frame.LogOptions;
import org.colotape.analyzer.cli.frame.NameConverter;
import org.colotape.analyzer.cli.frame.OutputOptions;
import org.colotape.analyzer.cli.frame.Terminal;
import org.colotape.schema.event.Recording;
import org.colotape.schema.log.EventSink;
import org.colotape.schema.log.EventSource;
import org.colotape.schema.log.RecordingLog;
import org.colotape.schema.log.RecordingTotals;
import org.colotape.schema.tape.TapeSource;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code colotape import}. */
@Command(
    name = "import",
    description = {
      "Make a recording of a tape.",
      "Its events stay as they are; the recording may get another name and another number of"
          + " partitions.",
      "If the tape is damaged, the recording stays OPEN with the events before the damage."
    },
    footer = {"", "JSON: {recording, file, events, sealed}"})
public final class ImportCommand implements Callable<Integer> {
  private final LogOptions log;
  private final OutputOptions output;
  private final Terminal terminal;

  @Spec CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "A tape that 'colotape export' wrote.")
  private Path file = Path.of("");

  @Option(
      names = "--as",
      paramLabel = "NAME",
      converter = NameConverter.class,
      description = "Name of the recording. Default: the name it had.")
  private @Nullable String name;

  @Option(
      names = "--partitions",
      paramLabel = "N",
      description = "Number of page partitions. Default: as many as it had.")
  private @Nullable Integer partitions;

  /** The command, with what all commands share. */
  public ImportCommand(LogOptions log, OutputOptions output, Terminal terminal) {
    this.log = log;
    this.output = output;
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    if (partitions != null && partitions < 1) {
      throw new ParameterException(spec.commandLine(), "--partitions must be 1 or more");
    }
    try (EventSource tape = TapeSource.open(file)) {
      Recording head = tape.recording();
      String as = name == null ? head.getName() : name;
      try (RecordingLog open = log.open();
          EventSink sink =
              open.create(
                  as, head.getId(), partitions == null ? head.getPagePartitions() : partitions)) {
        copy(tape, sink, as);
      }
    }
    return ExitCode.OK;
  }

  private void copy(EventSource tape, EventSink sink, String as) {
    RecordingTotals totals = new RecordingTotals();
    boolean sealed = false;
    try {
      new Copy(tape, terminal, "importing").to(sink, totals);
      sink.seal();
      sealed = true;
    } finally {
      if (output.json()) {
        output.printJson(new Imported(as, file.toString(), totals.events(), sealed));
      } else {
        String state = sealed ? "" : ", not sealed; they are readable";
        terminal.line(
            "imported " + file + " as " + as + ": " + totals.events() + " events" + state);
      }
    }
  }

  /** What was made, as {@code --json} prints it. */
  private record Imported(String recording, String file, long events, boolean sealed) {}
}
