package org.colotape.analyzer.cli.frame;

import java.io.Console;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import java.util.UUID;
import org.colotape.analyzer.report.Printable;
import org.jspecify.annotations.Nullable;

/**
 * Where a command's output goes, and what surrounds it. Safe for several threads.
 *
 * <p>Results are lines on {@code out}; only where a person watches is there a status line, which is
 * rewritten in place and is gone when the next result is printed.
 *
 * <p>Whatever a line holds shows, and does nothing else: a name in a recording can't steer the
 * terminal, nor begin a line of its own.
 */
public final class Terminal {
  private static final String ESCAPE = "\u001b";
  private static final String CLEAR_LINE = "\r" + ESCAPE + "[K";

  private final PrintWriter out;
  private final PrintWriter err;
  private final boolean watched;
  private final Map<String, String> environment;
  private boolean statusShown;

  /** Stands for an escape that is ours; nobody can know it. Null until there is one. */
  private @Nullable String ourEscape;

  /**
   * @param out takes results
   * @param err takes failures and warnings
   * @param watched true if {@code out} is a terminal that a person looks at
   * @param environment the process's environment variables
   */
  public Terminal(
      PrintWriter out, PrintWriter err, boolean watched, Map<String, String> environment) {
    this.out = out;
    this.err = err;
    this.watched = watched;
    this.environment = Map.copyOf(environment);
  }

  /** The terminal of this process. It is watched if both its input and its output are terminals. */
  @SuppressWarnings("SystemConsoleNull") // it still is null in JDK 25 where there is no terminal
  public static Terminal ofProcess() {
    Console console = System.console();
    return new Terminal(
        new PrintWriter(System.out, false, System.out.charset()),
        new PrintWriter(System.err, true, System.err.charset()),
        console != null && console.isTerminal(),
        System.getenv());
  }

  /** Prints a line of the result. */
  public synchronized void line(String line) {
    clearStatus();
    out.println(clean(line));
  }

  /** Prints a line about what went wrong, led by the program's name. */
  public synchronized void problem(String line) {
    clearStatus();
    out.flush();
    err.println("colotape: " + clean(line));
    err.flush();
  }

  /** Prints where a failure came from. */
  public synchronized void trace(Throwable failure) {
    StringWriter trace = new StringWriter();
    failure.printStackTrace(new PrintWriter(trace));
    clearStatus();
    // tabs are the trace's own
    trace.toString().lines().forEach(line -> err.println(clean(line.replace("\t", "    "))));
    err.flush();
  }

  /**
   * A part of a line in colours. Only those of this method get through.
   *
   * @param on what switches them on, beginning with an escape
   * @param off what switches them off
   */
  synchronized String styled(String on, String text, String off) {
    if (ourEscape == null) {
      ourEscape = UUID.randomUUID().toString();
    }
    return on.replace(ESCAPE, ourEscape) + text + off.replace(ESCAPE, ourEscape);
  }

  private String clean(String line) {
    String shown = Printable.line(line);
    return ourEscape == null ? shown : shown.replace(ourEscape, ESCAPE);
  }

  /** Shows what goes on; does nothing unless a person watches. */
  public synchronized void status(String line) {
    if (watched) {
      out.print(CLEAR_LINE + clean(line));
      out.flush();
      statusShown = true;
    }
  }

  /** Takes the status line away. */
  public synchronized void clearStatus() {
    if (statusShown) {
      out.print(CLEAR_LINE);
      statusShown = false;
    }
  }

  /** Hands on what was printed; false if nobody takes it any more, as behind {@code | head}. */
  public boolean flush() {
    return !out.checkError();
  }

  /** True if the result goes to a terminal: there is a status line then. */
  public boolean watched() {
    return watched;
  }

  /** True if the result may be coloured: it is watched, and {@code NO_COLOR} is not set. */
  public boolean colours() {
    return watched && variable("NO_COLOR") == null;
  }

  /** An environment variable, or null if it is not set or empty. */
  public @Nullable String variable(String name) {
    String value = environment.get(name);
    return value == null || value.isEmpty() ? null : value;
  }

  /** Where {@link #line} prints, for those who print more than lines. */
  public PrintWriter out() {
    return out;
  }

  /** Where {@link #problem} prints. */
  public PrintWriter err() {
    return err;
  }
}
