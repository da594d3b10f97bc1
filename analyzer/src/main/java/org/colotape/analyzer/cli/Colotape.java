package org.colotape.analyzer.cli;

import java.util.Arrays;
import java.util.Locale;
import org.colotape.analyzer.cli.analysis.AnalyzeCommand;
import org.colotape.analyzer.cli.analysis.DemoCommand;
import org.colotape.analyzer.cli.frame.ExitCode;
import org.colotape.analyzer.cli.frame.Failures;
import org.colotape.analyzer.cli.frame.GracefulExit;
import org.colotape.analyzer.cli.frame.LogOptions;
import org.colotape.analyzer.cli.frame.OutputOptions;
import org.colotape.analyzer.cli.frame.Terminal;
import org.colotape.analyzer.cli.frame.Version;
import org.colotape.analyzer.cli.history.BisectCommand;
import org.colotape.analyzer.cli.history.BlameCommand;
import org.colotape.analyzer.cli.history.DiffCommand;
import org.colotape.analyzer.cli.lab.LabCommand;
import org.colotape.analyzer.cli.library.DeleteCommand;
import org.colotape.analyzer.cli.library.ExportCommand;
import org.colotape.analyzer.cli.library.ImportCommand;
import org.colotape.analyzer.cli.library.ListCommand;
import org.colotape.analyzer.cli.qualify.QualifyCommand;
import org.colotape.analyzer.cli.record.RecordCommand;
import org.colotape.analyzer.cli.replay.ReplayCommand;
import org.colotape.analyzer.cli.show.Range;
import org.colotape.analyzer.cli.show.ShowCommand;
import org.colotape.analyzer.cli.simulate.SimulateCommand;
import org.colotape.analyzer.cli.verify.VerifyCommand;
import org.colotape.analyzer.history.PageAddress;
import org.colotape.analyzer.lab.Encoding;
import org.colotape.analyzer.lab.Failover;
import org.colotape.analyzer.lab.Observers;
import org.colotape.analyzer.lab.fault.Fault;
import org.colotape.analyzer.lab.guest.Pattern;
import org.colotape.recorder.feed.Address;
import org.colotape.recorder.observe.MemoryImage;
import org.colotape.recorder.simulation.ConnectionLoss;
import org.colotape.replayer.playback.Pace;
import org.colotape.replayer.rules.RuleSet;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.Memory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The program {@code colotape}. */
@Command(
    name = "colotape",
    description = {
      "Flight recorder for QEMU COLO: records a migration stream as events in Kafka, rebuilds guest"
          + " memory from them, and tells at each checkpoint whether PVM, COLO cache and SVM agree."
    },
    synopsisSubcommandLabel = "COMMAND",
    scope = ScopeType.INHERIT,
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    usageHelpWidth = 100,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      ExitCode.OK + ":all is well; for analyses: in step",
      ExitCode.DIVERGED + ":an analysis found a divergence, verify an error",
      ExitCode.USAGE + ":the command line is wrong",
      ExitCode.FAILED + ":input or broker failed, as a line on stderr says",
      ExitCode.UNDECIDED
          + ":an analysis found no divergence, and yet can't say 'in step'; a tap recorded no whole"
          + " checkpoint, or what can't be parsed"
    })
public final class Colotape implements Runnable {
  @Spec CommandSpec spec;

  private Colotape() {}

  /** Runs a command line and exits with its code. */
  public static void main(String[] args) {
    System.exit(run(Terminal.ofProcess(), args));
  }

  /** Runs a command line on a terminal and gives its exit code. */
  public static int run(Terminal terminal, String... args) {
    LogOptions log = new LogOptions(terminal);
    OutputOptions output = new OutputOptions(terminal);
    GracefulExit exit = new GracefulExit();
    Failures failures = new Failures(terminal, output);
    CommandLine program =
        new CommandLine(new Colotape())
            .addMixin("log", log)
            .addMixin("output", output)
            .addSubcommand(new RecordCommand(log, output, terminal, exit))
            .addSubcommand(new ReplayCommand(log, output, terminal))
            .addSubcommand(new AnalyzeCommand(log, output, terminal))
            .addSubcommand(new BlameCommand(log, output, terminal))
            .addSubcommand(new DiffCommand(log, output, terminal))
            .addSubcommand(new BisectCommand(log, output, terminal))
            .addSubcommand(new VerifyCommand(log, output, terminal))
            .addSubcommand(new LabCommand(log, output, terminal, exit))
            .addSubcommand(new QualifyCommand(log, output, terminal, exit))
            .addSubcommand(new DemoCommand(log, output, terminal))
            .addSubcommand(new SimulateCommand(log, output, terminal))
            .addSubcommand(new ListCommand(log, output, terminal))
            .addSubcommand(new ShowCommand(log, output, terminal))
            .addSubcommand(new DeleteCommand(log, output, terminal))
            .addSubcommand(new ExportCommand(log, output, terminal))
            .addSubcommand(new ImportCommand(log, output, terminal))
            .registerConverter(Address.class, Failures.asUsage(Address::parse))
            .registerConverter(Encoding.class, Failures.asUsage(Encoding::named))
            .registerConverter(Failover.class, Failures.asUsage(Failover::parse))
            .registerConverter(Fault.class, Failures.asUsage(Fault::parse))
            .registerConverter(MemoryImage.class, Failures.asUsage(MemoryImage::parse))
            .registerConverter(PageAddress.class, Failures.asUsage(PageAddress::parse))
            .registerConverter(Memory.class, Colotape::memory)
            .registerConverter(Pace.class, Failures.asUsage(Pace::named))
            .registerConverter(Observers.class, Failures.asUsage(Observers::named))
            .registerConverter(Pattern.class, Failures.asUsage(Pattern::named))
            .registerConverter(RuleSet.class, Failures.asUsage(RuleSet::named))
            .registerConverter(ConnectionLoss.class, Failures.asUsage(ConnectionLoss::parse))
            .registerConverter(Kind.class, Colotape::kind)
            .registerConverter(Range.class, Failures.asUsage(Range::parse))
            .setOut(terminal.out())
            .setErr(terminal.err())
            .setColorScheme(Help.defaultColorScheme(terminal.colours() ? Ansi.ON : Ansi.OFF))
            .setExecutionExceptionHandler(failures)
            .setParameterExceptionHandler(failures);
    try {
      return program.execute(args);
    } catch (Error e) {
      // picocli lets these through, and the JVM would exit with the code for a divergence
      return failures.report(e);
    } finally {
      terminal.clearStatus();
      terminal.flush();
      try {
        log.close();
      } finally {
        exit.done();
      }
    }
  }

  private static Memory memory(String text) {
    return switch (text) {
      case "pvm" -> Memory.PVM;
      case "cache" -> Memory.CACHE;
      case "svm" -> Memory.SVM;
      default ->
          throw new TypeConversionException("no memory '" + text + "', use pvm, cache or svm");
    };
  }

  private static Kind kind(String text) {
    try {
      return Kind.valueOf(text.replace('-', '_').toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(
          "unknown kind '" + text + "', use " + Arrays.toString(Kind.values()));
    }
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "no command given");
  }
}
