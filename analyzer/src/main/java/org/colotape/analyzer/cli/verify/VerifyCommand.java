package org.colotape.analyzer.cli.verify;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.colotape.analyzer.cli.frame.Amounts;
import org.colotape.analyzer.cli.frame.CapabilityNames;
import org.colotape.analyzer.cli.frame.Directions;
import org.colotape.analyzer.cli.frame.ExitCode;
import org.colotape.analyzer.cli.frame.LogOptions;
import org.colotape.analyzer.cli.frame.OutputOptions;
import org.colotape.analyzer.cli.frame.Terminal;
import org.colotape.analyzer.conformance.Conformance;
import org.colotape.analyzer.conformance.Finding;
import org.colotape.analyzer.conformance.Rule;
import org.colotape.analyzer.conformance.Rules;
import org.colotape.recorder.feed.FeedEnd;
import org.colotape.schema.event.Direction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code colotape verify}. */
@Command(
    name = "verify",
    customSynopsis = {
      "colotape verify RECORDING [OPTION]...",
      "colotape verify FILE [--return-path FILE] [--channel FILE]... [OPTION]...",
      "colotape verify --list-rules"
    },
    description = {
      "Hold a migration stream strictly to the rules of its format and of the COLO protocol.",
      "It is a recording, a tape, or a file that was captured: nothing of a file is stored. A line"
          + " for each finding says severity, rule, channel, direction, stream offset, place in the"
          + " stream's structure, and what is wrong.",
      "An error is what no QEMU sends. A stream that was cut in a checkpoint, because a side died"
          + " or the link broke, is a warning: the secondary can take over. One that was cut before"
          + " its first checkpoint is an error: there is no secondary then."
    },
    footer = {
      "",
      "JSON: a line {rule, severity (error, warning, info), channel, direction, streamOffset (-1:"
          + " not on the wire), checkpoint, seq, path, text} for each finding, then {verified,"
          + " bytes, seconds, errors, warnings, infos, rules: {rule: findings}}; with --list-rules"
          + " {rule, severity, demand, source}"
    },
    exitCodeList = {
      ExitCode.OK + ":no finding is an error",
      ExitCode.DIVERGED + ":there are findings that are errors",
      ExitCode.USAGE + ":the command line is wrong",
      ExitCode.FAILED + ":input or broker failed, as a line on stderr says"
    })
public final class VerifyCommand implements Callable<Integer> {
  private static final long BYTES_PER_STATUS = 1 << 24;

  private final LogOptions log;
  private final OutputOptions output;
  private final Terminal terminal;

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "RECORDING|FILE",
      arity = "0..1",
      description = {
        "Name of a recording; with a '/' in it (./x), the path of a tape, or of captured bytes of"
            + " channel 0 from PVM to SVM, plain or compressed with zstd or gzip."
      })
  private @Nullable String name;

  @Option(
      names = "--return-path",
      paramLabel = "FILE",
      description = "Of a captured file: what came back, channel 0 from SVM to PVM.")
  private @Nullable Path returnPath;

  @Option(
      names = "--channel",
      paramLabel = "FILE",
      description = {
        "Of a captured file: a further channel (multifd), PVM to SVM; may be repeated, in any"
            + " order: they are numbered from 1 on by the ids that they state."
      })
  private List<Path> channels = List.of();

  @Option(
      names = "--capability",
      paramLabel = "NAME",
      description = {
        "Of a captured file: a migration capability of the sender that changes the list of RAM"
            + " blocks and that the stream does not state: ${COMPLETION-CANDIDATES}; may be"
            + " repeated."
      },
      completionCandidates = CapabilityNames.class)
  private List<String> capabilities = List.of();

  @Option(
      names = "--fold",
      paramLabel = "N",
      description = "Print the first N findings of each rule, and count the rest. Default: 10.")
  private @Nullable Integer fold;

  @Option(names = "--all", description = "Print all findings, however many.")
  private boolean all;

  @Option(
      names = "--list-rules",
      description = "List the rules, with the place in QEMU that each comes from.")
  private boolean listRules;

  private long shown;

  /** The command, with what all commands share. */
  public VerifyCommand(LogOptions log, OutputOptions output, Terminal terminal) {
    this.log = log;
    this.output = output;
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    if (listRules) {
      Rules.all().forEach(this::list);
      return ExitCode.OK;
    }
    if (name == null) {
      throw wrong("give a RECORDING or a FILE, or --list-rules");
    }
    if (fold != null && (fold < 1 || all)) {
      throw wrong("--fold takes 1 or more, and does not go with --all");
    }
    CapabilityNames.demand(capabilities, spec);
    boolean ofFile = returnPath != null || !channels.isEmpty() || !capabilities.isEmpty();
    if (name.indexOf('/') < 0 && ofFile) {
      throw wrong("--return-path, --channel and --capability go with a FILE: write ./" + name);
    }
    return verify(name, all ? Long.MAX_VALUE : fold == null ? 10 : fold);
  }

  private int verify(String verified, long most) {
    long begun = System.nanoTime();
    Material material = Material.of(verified, returnPath, channels, capabilities, log);
    try (Conformance rules = material.rules(most, this::print)) {
      FeedEnd end = material.feed(rules, this::show);
      double seconds = (System.nanoTime() - begun) / 1e9;
      VerifyResult result = VerifyResult.of(verified, rules, seconds);
      if (output.json()) {
        output.printJson(result);
      } else {
        rules.counts().forEach((rule, count) -> printFolded(rule, count - most));
        terminal.line(result.line());
      }
      if (!end.complete()) {
        terminal.problem(end.reason() + ": what came before was verified; give the whole file");
        return ExitCode.FAILED;
      }
      return result.errors() > 0 ? ExitCode.DIVERGED : ExitCode.OK;
    }
  }

  private void print(Finding finding) {
    if (output.json()) {
      output.printJson(FindingJson.of(finding));
    } else {
      terminal.line(
          "%-7s %s: %s, %s: %s"
              .formatted(
                  finding.rule().severity(),
                  finding.rule().id(),
                  place(finding),
                  finding.path(),
                  finding.text()));
    }
  }

  private static String place(Finding finding) {
    return finding.direction() == Direction.NONE
        ? "event " + finding.seq()
        : "channel %d, %s, offset %d"
            .formatted(
                finding.channel(), Directions.name(finding.direction()), finding.streamOffset());
  }

  private void printFolded(Rule rule, long more) {
    if (more > 0) {
      terminal.line(
          "%-7s %s: %d more, which --all prints".formatted(rule.severity(), rule.id(), more));
    }
  }

  private void list(Rule rule) {
    if (output.json()) {
      output.printJson(RuleJson.of(rule));
    } else {
      terminal.line("%-7s %s".formatted(rule.severity(), rule.id()));
      terminal.line("        " + rule.demand());
      terminal.line("        " + rule.source());
    }
  }

  private void show(long bytes) {
    if (bytes - shown >= BYTES_PER_STATUS) {
      shown = bytes;
      terminal.status("verifying, " + Amounts.bytes(bytes));
    }
  }

  private ParameterException wrong(String what) {
    return new ParameterException(spec.commandLine(), what);
  }
}
