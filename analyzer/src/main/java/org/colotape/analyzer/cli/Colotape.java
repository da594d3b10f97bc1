package org.colotape.analyzer.cli;

import org.colotape.analyzer.cli.frame.ExitCode;
import org.colotape.analyzer.cli.frame.Failures;
import org.colotape.analyzer.cli.frame.LogOptions;
import org.colotape.analyzer.cli.frame.OutputOptions;
import org.colotape.analyzer.cli.frame.Terminal;
import org.colotape.analyzer.cli.frame.Version;
import org.colotape.analyzer.cli.library.ListCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The program {@code colotape}. */
@Command(
    name = "colotape",
    description = {
      "Flight recorder for QEMU COLO: records a migration stream as events in Kafka, rebuilds"
          + " guest memory from them, and tells at each checkpoint whether PVM, COLO cache and SVM"
          + " agree."
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
      ExitCode.DIVERGED + ":the analysis found a divergence",
      ExitCode.USAGE + ":the command line is wrong",
      ExitCode.FAILED + ":input or broker failed, as a line on stderr says"
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
    Failures failures = new Failures(terminal, output);
    CommandLine program =
        new CommandLine(new Colotape())
            .addMixin("log", log)
            .addMixin("output", output)
            .addSubcommand(new ListCommand(log, output, terminal))
            .setOut(terminal.out())
            .setErr(terminal.err())
            .setColorScheme(Help.defaultColorScheme(terminal.colours() ? Ansi.ON : Ansi.OFF))
            .setCaseInsensitiveEnumValuesAllowed(true)
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
    }
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "no command given");
  }
}
