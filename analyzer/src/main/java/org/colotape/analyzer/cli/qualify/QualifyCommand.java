package org.colotape.analyzer.cli.qualify;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.colotape.analyzer.cli.frame.ExitCode;
import org.colotape.analyzer.cli.frame.GracefulExit;
import org.colotape.analyzer.cli.frame.LogOptions;
import org.colotape.analyzer.cli.frame.OutputOptions;
import org.colotape.analyzer.cli.frame.Terminal;
import org.colotape.analyzer.cli.frame.Version;
import org.colotape.analyzer.cli.lab.HypervisorOptions;
import org.colotape.analyzer.lab.machine.Hypervisor;
import org.colotape.analyzer.lab.machine.Workplace;
import org.colotape.analyzer.qualification.Case;
import org.colotape.analyzer.qualification.CaseResult.Kind;
import org.colotape.analyzer.qualification.Cell;
import org.colotape.analyzer.qualification.LabRunner;
import org.colotape.analyzer.qualification.Matrix;
import org.colotape.analyzer.qualification.Qualification;
import org.colotape.analyzer.qualification.Subject;
import org.colotape.analyzer.qualification.Table;
import org.colotape.analyzer.qualification.report.JsonTable;
import org.colotape.analyzer.qualification.report.MarkdownTable;
import org.colotape.analyzer.qualification.report.TextTable;
import org.colotape.schema.ColotapeException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code colotape qualify}. */
@Command(
    name = "qualify",
    description = {
      "Take a QEMU, or a pair of two, through a matrix of COLO runs, and tell for each whether the"
          + " memories were right.",
      "The matrix is machine type (pc, q35) x encoding (plain, xbzrle, multifd without compression,"
          + " with zlib, with zstd) x course. Every machine and encoding takes 20 checkpoints under"
          + " load with each pattern of the guest, all three memories observed at each. Failures"
          + " are tried with plain pages and with multifd, on both machines, in the second"
          + " checkpoint: the secondary takes over at each message, and in the middle of the pages;"
          + " the primary is killed in the middle of the pages, the link or the return path is"
          + " lost, and the secondary takes over; the secondary is killed. Each case is a pair of"
          + " its own, with 16 MiB, and a guest that dirties 256 pages; --list-cases names them"
          + " all. The whole matrix takes about ten minutes on two cores.",
      "right: PVM, cache and SVM agreed at every checkpoint that had to be whole, were observed at"
          + " three of four of them at least, and who was to take over runs on its own. wrong: they"
          + " differ, with the findings; or a QEMU whose pair had taken a checkpoint, so that its"
          + " guest counts as protected, ended by itself, refused or did not take over. refused:"
          + " QEMU refuses the case, or ends by itself before its first checkpoint, in its own"
          + " words. undecided: anything else, with the reason; a case that takes longer than its"
          + " --limit is ended, and is undecided.",
      "Under TCG QEMU 7.2 and 10.0 deadlock behind their first checkpoint, so that cases which need"
          + " more are undecided there; 7.2 loses dirty pages in it, and 11.1 may, too.",
      "Recordings go to a temporary directory. --keep puts those of cases that are not right into"
          + " --home, for 'analyze'."
    },
    footer = {
      "",
      "JSON: {primary, secondary, accelerator, outcome, summary, counts, cases: [{case, machine,"
          + " encoding, course, result, headline, details, seconds}]}; with --list-cases {case,"
          + " text} for each"
    },
    exitCodeList = {
      ExitCode.OK + ":all cases are right, or refused by QEMU; one is right at least",
      ExitCode.DIVERGED + ":a case is wrong",
      ExitCode.USAGE + ":the command line is wrong",
      ExitCode.FAILED + ":it failed, as a line on stderr says",
      ExitCode.UNDECIDED + ":no case is wrong, and one is undecided, or QEMU refused them all"
    })
public final class QualifyCommand implements Callable<Integer> {
  private final LogOptions log;
  private final OutputOptions output;
  private final Terminal terminal;
  private final GracefulExit exit;

  @Spec private CommandSpec spec;

  @Mixin private TableFiles files = new TableFiles();

  @Mixin private HypervisorOptions hypervisors = new HypervisorOptions();

  @Option(
      names = "--secondary-qemu",
      paramLabel = "FILE",
      description = "The QEMU of the secondaries, if it is another one.")
  private @Nullable Path secondaryQemu;

  @Option(
      names = "--case",
      paramLabel = "NAME",
      description = {
        "Run this case only; may be repeated. In a name * stands for any letters of a part, ** for"
            + " any parts, {a,b} for one of several: 'q35/*/load-hot', 'pc/plain/**'."
      })
  private List<String> names = List.of();

  @Option(names = "--list-cases", description = "Name the cases, and run none.")
  private boolean list;

  @Option(
      names = "--limit",
      paramLabel = "SECONDS",
      description = "How long a case may take. Default: ${DEFAULT-VALUE}.")
  private int limit = 45;

  @Option(
      names = "--keep",
      description = "Keep the recordings of cases that are not right in --home.")
  private boolean keep;

  @Option(names = "--markdown", description = "Print the table in Markdown.")
  private boolean markdown;

  @Option(
      names = "--verbose",
      description = "Print what the lab does and each observation, too, on stderr.")
  private boolean verbose;

  /** The command, with what all commands share, and what ends a qualification. */
  public QualifyCommand(
      LogOptions log, OutputOptions output, Terminal terminal, GracefulExit exit) {
    this.log = log;
    this.output = output;
    this.terminal = terminal;
    this.exit = exit;
  }

  @Override
  public Integer call() {
    check();
    List<Case> cases = cases();
    if (list) {
      cases.forEach(this::print);
      return ExitCode.OK;
    }
    Hypervisor primary = hypervisors.find(terminal);
    Hypervisor secondary =
        secondaryQemu == null ? primary : hypervisors.findOther(secondaryQemu, terminal);
    Subject subject = Subject.of(primary, secondary);
    Table table = new Table(subject, run(cases, primary, secondary));
    print(table);
    files.write(table);
    return code(table.outcome());
  }

  private void check() {
    hypervisors.check();
    if (limit < 1) {
      throw wrong("--limit must be 1 or more");
    }
    if (markdown && output.json()) {
      throw wrong("--markdown and --json exclude each other");
    }
  }

  private List<Case> cases() {
    if (names.isEmpty()) {
      return Matrix.all();
    }
    List<Case> chosen = new ArrayList<>();
    for (String name : names) {
      try {
        chosen.addAll(Matrix.named(name));
      } catch (ColotapeException e) {
        throw wrong(String.valueOf(e.getMessage()));
      }
    }
    return Matrix.all().stream().filter(chosen::contains).toList();
  }

  private List<Cell> run(List<Case> cases, Hypervisor primary, Hypervisor secondary) {
    try (Workplace tapes = Workplace.in(temporary());
        Progress progress = new Progress(cases.size(), keep ? log : null, terminal, !quiet())) {
      LabRunner runner =
          new LabRunner(
              primary, secondary, Version.text(), temporary(), tapes.folder(), this::report);
      Qualification qualification = new Qualification(runner, Duration.ofSeconds(limit), progress);
      exit.onSignal(qualification::stop);
      return qualification.run(cases);
    }
  }

  private void report(String line) {
    if (verbose) {
      terminal.problem(line);
    }
  }

  /** True if nothing but the table is to be printed. */
  private boolean quiet() {
    return output.json() || markdown;
  }

  private void print(Case one) {
    if (output.json()) {
      output.printJson(new Listed(one.name(), one.course().text()));
    } else {
      terminal.line("%-40s %s".formatted(one.name(), one.course().text()));
    }
  }

  private void print(Table table) {
    if (output.json()) {
      output.printJson(JsonTable.object(table));
    } else if (markdown) {
      MarkdownTable.lines(table).forEach(terminal::line);
    } else {
      terminal.line("");
      TextTable.lines(table).forEach(terminal::line);
    }
  }

  private static int code(Kind outcome) {
    return switch (outcome) {
      case RIGHT -> ExitCode.OK;
      case WRONG -> ExitCode.DIVERGED;
      case UNDECIDED, REFUSED -> ExitCode.UNDECIDED;
    };
  }

  private Path temporary() {
    String stated = terminal.variable("TMPDIR");
    return Path.of(stated == null ? System.getProperty("java.io.tmpdir") : stated);
  }

  private ParameterException wrong(String what) {
    return new ParameterException(spec.commandLine(), what);
  }

  /** A case, as {@code --list-cases --json} prints it. */
  private record Listed(@JsonProperty("case") String name, String text) {}
}
