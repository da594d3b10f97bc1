package org.colotape.analyzer.cli.frame;

import java.util.Iterator;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/**
 * Migration capabilities that decide how a stream is read and that it may not state. picocli makes
 * one to list the names.
 */
public final class CapabilityNames implements Iterable<String> {
  private static final List<String> NAMES =
      List.of("mapped-ram", "postcopy-ram", "x-ignore-shared");

  /**
   * Refuses names that change nothing.
   *
   * @throws ParameterException for the first of them
   */
  public static void demand(List<String> capabilities, CommandSpec spec) {
    for (String capability : capabilities) {
      if (!NAMES.contains(capability)) {
        throw new ParameterException(
            spec.commandLine(),
            "--capability "
                + capability
                + " changes nothing of how a stream is read: give "
                + String.join(", ", NAMES)
                + ", or leave it out");
      }
    }
  }

  @Override
  public Iterator<String> iterator() {
    return NAMES.iterator();
  }
}
