package org.colotape.analyzer.cli.analysis;

import java.util.concurrent.Callable;
import org.colotape.analyzer.branch.BranchAnalysis;
import org.colotape.analyzer.branch.BranchVerdict;
import org.colotape.analyzer.cli.frame.Colours;
import org.colotape.analyzer.cli.frame.ExitCode;
import org.colotape.analyzer.cli.frame.LogOptions;
import org.colotape.analyzer.cli.frame.OpenRecording;
import org.colotape.analyzer.cli.frame.OutputOptions;
import org.colotape.analyzer.cli.frame.Terminal;
import org.colotape.analyzer.diagnosis.Diagnosis;
import org.colotape.analyzer.report.BranchJson;
import org.colotape.analyzer.report.BranchReport;
import org.colotape.analyzer.report.JsonReport;
import org.colotape.analyzer.report.ScreenReport;
import org.colotape.analyzer.report.TextReport;
import org.colotape.analyzer.verdict.AnalysisSettings;
import org.colotape.analyzer.verdict.CheckpointVerdict;
import org.colotape.replayer.branch.Branch;
import org.colotape.replayer.memory.RamBlockMemory;
import org.colotape.replayer.rules.RuleSet;
import org.colotape.replayer.timeline.Timeline;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code colotape analyze}. */
@Command(
    name = "analyze",
    description = {
      "Compare PVM, COLO cache and SVM behind each checkpoint of a recording, and cite the pages,"
          + " bytes and events where they differ.",
      "Each memory is what was observed of it at the checkpoint ('observed'), else the model: for"
          + " the PVM what the stream last said ('streamed'), for cache and SVM what a secondary"
          + " makes of the stream ('replayed').",
      "If something is wrong the recording is read once more, and from the history of each page"
          + " that diverges its cause is told: never sent, lost dirty bit, stale, not flushed, torn"
          + " and so on, with the rule of the protocol (I1 to I10) that it breaks. Pages with one"
          + " cause are one finding. Messages out of turn are findings, too."
    },
    footer = {
      "",
      "JSON: {recording, rules, outcome (in-step, diverged, undecided), summary, doubts: [{reason,"
          + " text}], basis (observed, confirmed, stream), migration: {outcome (confirmed, refused,"
          + " broken, unknown), reason, bytes, path}, firstDivergentCheckpoint (or null), loadError"
          + " (or null), checkpoints: [{checkpoint, pagesSent, pagesWritten, notCompared (null, or"
          + " why, without the rest), pagesCompared, pagesDiffering, blocks: [{block, pageSize,"
          + " pages, compared, whole, sources, differing: {pvm-cache, cache-svm, pvm-svm: {pages,"
          + " ranges: [{offset, length}]}}}], divergences: [{block, offset, pair, firstDifference,"
          + " lastSent (event or null), left, right: {memory, source, digest, bytesOffset, bytes,"
          + " lastWriter}}]}], remarks: [{kind, text}], findings: [{cause, oracle, checkpoint,"
          + " origin (of stale pages, or null), confidence, text, pages: [{block, ranges: [{from,"
          + " to}]}], events}]}; an event is {seq, streamOffset, checkpoint}; offsets and lengths"
          + " are in bytes",
      "Of a branch: {branch: {at, rules, trunkRules, changes}, verdict: as above, differences:"
          + " [{checkpoint, memory, block, pages, ranges, evidence: [{offset, firstDifference,"
          + " recording, branch: {bytes, lastWriter}}]}]}"
    },
    exitCodeList = {
      ExitCode.OK + ":in step: no difference at any checkpoint",
      ExitCode.DIVERGED + ":diverged: two memories differ at some checkpoint",
      ExitCode.USAGE + ":the command line is wrong",
      ExitCode.FAILED + ":input or broker failed, as a line on stderr says",
      ExitCode.UNDECIDED
          + ":undecided: no difference was found, but something was not compared, not confirmed,"
          + " cut, refused or not understood, as the first line says"
    })
public final class AnalyzeCommand implements Callable<Integer> {
  /** Before the RAM block list has come: what x86 has. */
  private static final int USUAL_PAGE = 4096;

  private final LogOptions log;
  private final OutputOptions output;
  private final Terminal terminal;

  @Spec private CommandSpec spec;

  @Mixin private BranchOptions what = new BranchOptions();

  @Parameters(paramLabel = "RECORDING", description = LogOptions.RECORDING_HELP)
  private String name = "";

  @Option(
      names = "--rules",
      paramLabel = "RULES",
      description = {
        "What the secondary does with pages: qemu (as QEMU does since 5.0; the default), or"
            + " seed-2018 (as the original cache patch is written)."
      })
  private RuleSet rules = RuleSet.QEMU;

  @Option(
      names = "--at",
      paramLabel = "CHECKPOINT",
      description = "Stop behind this checkpoint; 0 is the initial migration. Default: the last.")
  private @Nullable Integer at;

  @Option(
      names = "--pages",
      paramLabel = "N",
      description = {
        "Show bytes and events of the first N differing pages, with --full, and of each checkpoint"
            + " with --json. Default: ${DEFAULT-VALUE}."
      })
  private int pages = 3;

  @Option(
      names = "--full",
      description = {
        "Print every checkpoint, the pages that differ at the first divergent one, and all remarks,"
            + " instead of one screen."
      })
  private boolean full;

  @Mixin private ReportFiles files = new ReportFiles();

  /** The command, with what all commands share. */
  public AnalyzeCommand(LogOptions log, OutputOptions output, Terminal terminal) {
    this.log = log;
    this.output = output;
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    if (pages < 0 || (at != null && at < 0)) {
      throw new ParameterException(spec.commandLine(), "--pages and --at can't be negative");
    }
    AnalysisSettings settings =
        AnalysisSettings.of(log.scratch()).withRules(rules).withEvidence(pages);
    if (at != null) {
      settings = settings.upTo(at);
    }
    if (what.given()) {
      if (files.given()) {
        throw new ParameterException(
            spec.commandLine(), "--html, --junit and --csv are of a recording, not of a branch");
      }
      return analyzeBranch(settings);
    }
    Diagnosis diagnosis;
    try (OpenRecording recording = log.seek(name)) {
      diagnosis = Diagnosis.of(recording, settings, this::progress);
      files.write(diagnosis, recording, name);
    }
    if (output.json()) {
      output.printJson(JsonReport.object(diagnosis));
    } else if (full) {
      TextReport.of(diagnosis).lines().forEach(terminal::line);
    } else {
      ScreenReport.of(diagnosis, Colours.of(terminal)).forEach(terminal::line);
    }
    return ExitCode.of(diagnosis.verdict().outcome());
  }

  private int analyzeBranch(AnalysisSettings settings) {
    BranchVerdict verdict;
    try (OpenRecording recording = log.seek(name)) {
      AnalysisSettings trunk = settings.withRules(what.trunkRules());
      Branch branch = what.branch(rules, pageSize(recording, trunk));
      verdict = BranchAnalysis.of(recording, branch, trunk, log.snapshots(), this::progress);
    }
    if (output.json()) {
      output.printJson(BranchJson.object(verdict));
    } else {
      BranchReport.of(verdict).lines().forEach(terminal::line);
    }
    return ExitCode.of(verdict.verdict().outcome());
  }

  /** The page size where the branch begins. */
  private int pageSize(OpenRecording recording, AnalysisSettings settings) {
    try (Timeline timeline = new Timeline(recording, settings.replay(), log.snapshots())) {
      timeline.toEvent(what.at());
      return timeline.svm().blocks().stream()
          .findFirst()
          .map(RamBlockMemory::pageSize)
          .orElse(USUAL_PAGE);
    }
  }

  private void progress(CheckpointVerdict checkpoint) {
    terminal.status("analysing, checkpoint " + checkpoint.checkpoint());
  }
}
