package org.colotape.analyzer.cli.history;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.colotape.analyzer.cli.frame.ExitCode;
import org.colotape.analyzer.cli.frame.LogOptions;
import org.colotape.analyzer.cli.frame.OpenRecording;
import org.colotape.analyzer.cli.frame.OutputOptions;
import org.colotape.analyzer.cli.frame.Terminal;
import org.colotape.analyzer.diff.PageRange;
import org.colotape.analyzer.history.ChangedPages;
import org.colotape.replayer.memory.GuestMemory;
import org.colotape.replayer.replay.ReplaySettings;
import org.colotape.replayer.rules.RuleSet;
import org.colotape.replayer.timeline.Timeline;
import org.colotape.schema.event.Memory;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code colotape diff}. */
@Command(
    name = "diff",
    customSynopsis = {
      "colotape diff RECORDING A B [OPTION]...",
      "colotape diff RECORDING A --other-rules RULES [OPTION]...",
      "colotape diff RECORDING A [B] --other RECORDING [OPTION]..."
    },
    description = {
      "Show the pages that changed between two checkpoints, that differ at one checkpoint under two"
          + " rule sets, or that differ between two recordings.",
      "Memory is what is rebuilt from the stream; the work follows all pages that are not zero."
    },
    footer = {
      "",
      "JSON: {memory, block, pageSize, pages, ranges: [{offset, length}]} for each block"
    },
    exitCodeList = {
      ExitCode.OK + ":no page differs",
      ExitCode.DIVERGED + ":some pages differ",
      ExitCode.USAGE + ":the command line is wrong",
      ExitCode.FAILED + ":input or broker failed, as a line on stderr says"
    })
public final class DiffCommand implements Callable<Integer> {
  private static final int RUNS = 40;

  private final LogOptions log;
  private final OutputOptions output;
  private final Terminal terminal;

  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "RECORDING", description = LogOptions.RECORDING_HELP)
  private String name = "";

  @Parameters(index = "1", paramLabel = "A", description = "A checkpoint; its end is looked at.")
  private int from;

  @Parameters(
      index = "2",
      arity = "0..1",
      paramLabel = "B",
      description = "The other checkpoint. Default: the same.")
  private @Nullable Integer to;

  @Option(
      names = "--other",
      paramLabel = "RECORDING",
      description = "Another recording, which is looked at at B. Default: the same.")
  private @Nullable String other;

  @Option(
      names = "--rules",
      paramLabel = "RULES",
      description = "Rule set of the secondary: qemu (the default) or seed-2018.")
  private RuleSet rules = RuleSet.QEMU;

  @Option(
      names = "--other-rules",
      paramLabel = "RULES",
      description = "Rule set at B. Default: the same.")
  private @Nullable RuleSet otherRules;

  @Option(
      names = "--memory",
      paramLabel = "MEMORY",
      description = "Which memory: pvm, cache or svm; may be repeated. Default: cache and svm.")
  private List<Memory> memories = List.of(Memory.CACHE, Memory.SVM);

  /** The command, with what all commands share. */
  public DiffCommand(LogOptions log, OutputOptions output, Terminal terminal) {
    this.log = log;
    this.output = output;
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    if (to == null && other == null && otherRules == null) {
      throw new ParameterException(
          spec.commandLine(), "say what to compare with: B, --other or --other-rules");
    }
    boolean differs = false;
    try (OpenRecording one = log.seek(name);
        OpenRecording two = log.seek(other == null ? name : other);
        Timeline left = new Timeline(one, settings(rules), log.snapshots());
        Timeline right =
            new Timeline(two, settings(otherRules == null ? rules : otherRules), log.snapshots())) {
      left.toCheckpoint(from);
      right.toCheckpoint(to == null ? from : to);
      for (Memory memory : memories) {
        List<ChangedPages> changed = ChangedPages.between(of(left, memory), of(right, memory));
        changed.forEach(block -> print(memory, block));
        differs |= !changed.isEmpty();
      }
    }
    if (!differs && !output.json()) {
      terminal.line("no page differs");
    }
    return differs ? ExitCode.DIVERGED : ExitCode.OK;
  }

  private ReplaySettings settings(RuleSet with) {
    return ReplaySettings.of(with, log.scratch()).withPvmModel();
  }

  private static GuestMemory of(Timeline timeline, Memory memory) {
    return switch (memory) {
      case PVM -> timeline.pvm();
      case CACHE -> timeline.cache();
      case SVM -> timeline.svm();
      case UNKNOWN -> throw new IllegalArgumentException("no memory");
    };
  }

  private void print(Memory memory, ChangedPages changed) {
    String lower = memory.name().toLowerCase(Locale.ROOT);
    List<Run> runs =
        changed.pages().ranges().stream().map(run -> Run.of(run, changed.pageSize())).toList();
    if (output.json()) {
      output.printJson(
          new Changed(lower, changed.block(), changed.pageSize(), changed.pages().size(), runs));
      return;
    }
    terminal.line("%s %s, %d pages".formatted(lower, changed.block(), changed.pages().size()));
    runs.stream()
        .limit(RUNS)
        .forEach(run ->
            terminal.line("  0x%x..0x%x".formatted(run.offset, run.offset + run.length - 1)));
    if (runs.size() > RUNS) {
      terminal.line("  and " + (runs.size() - RUNS) + " runs more: --json has all");
    }
  }

  /** Consecutive bytes, as {@code --json} prints them. */
  private record Run(long offset, long length) {
    static Run of(PageRange range, int pageSize) {
      return new Run((long) range.from() * pageSize, (long) range.size() * pageSize);
    }
  }

  /** A block, as {@code --json} prints it. */
  private record Changed(String memory, String block, int pageSize, int pages, List<Run> ranges) {}
}
