package org.colotape.analyzer.cli.library;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.colotape.analyzer.cli.frame.Amounts;
import org.colotape.analyzer.cli.frame.ExitCode;
import org.colotape.analyzer.cli.frame.LogOptions;
import org.colotape.analyzer.cli.frame.OpenRecording;
import org.colotape.analyzer.cli.frame.OutputOptions;
import org.colotape.analyzer.cli.frame.Terminal;
import org.colotape.analyzer.excerpt.ExcerptSource;
import org.colotape.analyzer.excerpt.Scope;
import org.colotape.analyzer.excerpt.SmallestExcerpt;
import org.colotape.analyzer.verdict.AnalysisSettings;
import org.colotape.replayer.redaction.RedactedSource;
import org.colotape.schema.event.Recording;
import org.colotape.schema.event.RecordingState;
import org.colotape.schema.log.EventSource;
import org.colotape.schema.log.RecordingTotals;
import org.colotape.schema.tape.TapeSink;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code colotape export}. */
@Command(
    name = "export",
    description = {
      "Write a recording, or an excerpt of it, to a tape.",
      "A tape is one portable file (an Avro object container, zstd) with every event of the"
          + " recording.",
      "--from, --to, --block and --only-divergent make an excerpt: the state of the memories that"
          + " it begins with is inside, so it can be replayed, analysed, imported and tested with"
          + " like any recording, and says of itself what was left out. Its bytes are no stream any"
          + " more: replay --to and --to-file, and verify, refuse it.",
      "With --redact a tape can be shared and still be analysed: the same pages differ at the same"
          + " checkpoints. What it still tells: which pages are equal to each other, which are"
          + " zero, and when each was written; names and addresses of RAM blocks; names, sizes and"
          + " order of devices, commands, messages and the VM description; the recording's name.",
      "If that fails, the file stays with the events that reached it; it can be read and imported"
          + " up to there."
    },
    footer = {"", "JSON: {recording, file, events, bytes}"})
public final class ExportCommand implements Callable<Integer> {
  private final LogOptions log;
  private final OutputOptions output;
  private final Terminal terminal;

  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "RECORDING", description = LogOptions.RECORDING_HELP)
  private String name = "";

  @Parameters(index = "1", paramLabel = "FILE", description = "The tape; must not exist.")
  private Path file = Path.of("");

  @Option(
      names = "--from",
      paramLabel = "CHECKPOINT",
      description = "Begin with this checkpoint; 0 is the initial migration. Default: the first.")
  private @Nullable Integer from;

  @Option(
      names = "--to",
      paramLabel = "CHECKPOINT",
      description = "End with this checkpoint. Default: the last.")
  private @Nullable Integer to;

  @Option(
      names = "--block",
      paramLabel = "NAME",
      description = "Only pages of this RAM block; may be repeated. Others read as zeros.")
  private List<String> blocks = List.of();

  @Option(
      names = "--only-divergent",
      description = {
        "The smallest tape in which the same pages diverge behind the same checkpoints, with the"
            + " same contents: what does not take part in that is left out, as far as trying finds"
            + " it."
      })
  private boolean onlyDivergent;

  @Option(
      names = "--redact",
      description = {
        "Replace contents of pages and devices, and bytes that could not be parsed, by digests with"
            + " a salt that is not kept. Deltas and compressed pages are decoded first, under the"
            + " rules 'qemu'."
      })
  private boolean redact;

  /** The command, with what all commands share. */
  public ExportCommand(LogOptions log, OutputOptions output, Terminal terminal) {
    this.log = log;
    this.output = output;
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    if ((from != null && from < 0) || (from != null && to != null && to < from)) {
      throw new ParameterException(
          spec.commandLine(), "--from can't be negative, nor --to less than it");
    }
    Scope scope = new Scope(from, to, blocks);
    if (scope.isAll() && !onlyDivergent && !redact) {
      try (EventSource source = log.read(name)) {
        return export(source, source.recording());
      }
    }
    AnalysisSettings settings = AnalysisSettings.of(log.scratch());
    try (OpenRecording recording = log.seek(name)) {
      if (scope.isAll() && !onlyDivergent) {
        return export(() -> recording.openFrom(0));
      }
      if (!onlyDivergent) {
        return export(
            () -> ExcerptSource.open(recording, scope, settings.replay(), log.snapshots()));
      }
      try (SmallestExcerpt smallest =
          SmallestExcerpt.of(recording, scope, settings, log.snapshots(), terminal::status)) {
        return export(smallest::open);
      }
    }
  }

  /** Exports what has to be counted first: a tape's head tells how much is on it. */
  private int export(Supplier<EventSource> excerpt) {
    Supplier<EventSource> events =
        redact ? () -> new RedactedSource(excerpt.get(), log.scratch()) : excerpt;
    Recording head;
    try (EventSource source = events.get()) {
      RecordingTotals totals = new RecordingTotals();
      source.forEach(totals::add);
      Recording opened = source.recording();
      head = totals.describe(opened, RecordingState.SEALED, opened.getNote());
    }
    try (EventSource source = events.get()) {
      return export(source, head);
    }
  }

  private int export(EventSource source, Recording head) {
    RecordingTotals totals = new RecordingTotals();
    try (TapeSink tape = TapeSink.create(file, head)) {
      new Copy(source, terminal, "exporting").to(tape, totals);
      tape.seal();
    }
    long bytes = file.toFile().length();
    if (output.json()) {
      output.printJson(new Exported(name, file.toString(), totals.events(), bytes));
    } else {
      terminal.line(
          "exported %s to %s: %d events, %s"
              .formatted(name, file, totals.events(), Amounts.bytes(bytes)));
    }
    return ExitCode.OK;
  }

  /** What was written, as {@code --json} prints it. */
  private record Exported(String recording, String file, long events, long bytes) {}
}
