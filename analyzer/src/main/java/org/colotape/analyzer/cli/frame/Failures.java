package org.colotape.analyzer.cli.frame;

import java.util.function.Function;
import org.colotape.schema.ColotapeException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.TypeConversionException;

/** Turns whatever ends a command into one line on stderr and an exit code. */
public final class Failures implements IExecutionExceptionHandler, IParameterExceptionHandler {
  private final Terminal terminal;
  private final OutputOptions output;

  /** Failures are printed on the terminal, with their traces if the options say so. */
  public Failures(Terminal terminal, OutputOptions output) {
    this.terminal = terminal;
    this.output = output;
  }

  /** Makes a parser of text one of option values: text that it refuses is a wrong command line. */
  public static <T> ITypeConverter<T> asUsage(Function<String, T> parser) {
    return text -> {
      try {
        return parser.apply(text);
      } catch (ColotapeException e) {
        throw new TypeConversionException(String.valueOf(e.getMessage()));
      }
    };
  }

  /** Prints the line for a failure and gives the exit code. */
  public int report(Throwable failure) {
    terminal.problem(line(failure));
    if (output.debug()) {
      terminal.trace(failure);
    }
    return ExitCode.FAILED;
  }

  @Override
  public int handleExecutionException(Exception e, CommandLine command, ParseResult parsed) {
    return report(e);
  }

  @Override
  public int handleParseException(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    String what = String.valueOf(e.getMessage()).replace('\n', ' ');
    terminal.problem(what + ": see '" + command.getCommandSpec().qualifiedName() + " --help'");
    if (output.debug()) {
      terminal.trace(e);
    }
    return ExitCode.USAGE;
  }

  private String line(Throwable failure) {
    return switch (failure) {
      case ColotapeException known -> String.valueOf(known.getMessage());
      case OutOfMemoryError _ ->
          "out of memory ("
              + failure.getMessage()
              + "): give the JVM more, for example COLOTAPE_JAVA_OPTS=-Xmx4g";
      default ->
          "this is a bug in Colotape ("
              + failure.toString().replace('\n', ' ')
              + place(failure)
              + "): please report it, with the trace that --debug prints";
    };
  }

  private static String place(Throwable failure) {
    StackTraceElement[] trace = failure.getStackTrace();
    return trace.length == 0 ? "" : " at " + trace[0];
  }
}
