package org.colotape.analyzer.cli.frame;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** How a command prints. */
public final class OutputOptions {
  private final Terminal terminal;

  @Option(
      names = "--json",
      order = 200,
      scope = ScopeType.INHERIT,
      description = "Print JSON for machines, one object a line, and no progress.")
  private boolean json;

  @Option(
      names = "--debug",
      order = 201,
      scope = ScopeType.INHERIT,
      description = "Print the stack trace of a failure. COLOTAPE_DEBUG=1 does the same.")
  private boolean debug;

  /** Options of a program that runs on this terminal. */
  public OutputOptions(Terminal terminal) {
    this.terminal = terminal;
  }

  /** True if results are to be printed as JSON. */
  public boolean json() {
    return json;
  }

  /** True if failures are to be printed with their stack traces. */
  public boolean debug() {
    return debug || terminal.variable("COLOTAPE_DEBUG") != null;
  }

  /**
   * Prints an object as one line of JSON: a record with its components, a map, or a Jackson node.
   */
  public void printJson(Object value) {
    terminal.line(Json.text(value));
  }

  /** Loads Jackson where it is needed only: {@code --help} is faster without. */
  private static final class Json {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private static String text(Object value) {
      try {
        return MAPPER.writeValueAsString(value);
      } catch (JsonProcessingException e) {
        throw new IllegalArgumentException("not printable as JSON: " + value.getClass(), e);
      }
    }
  }
}
