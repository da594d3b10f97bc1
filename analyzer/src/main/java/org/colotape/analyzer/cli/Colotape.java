package org.colotape.analyzer.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The program {@code colotape}. */
@Command(
    name = "colotape",
    description = "Flight recorder for QEMU COLO.",
    mixinStandardHelpOptions = true,
    versionProvider = Colotape.Version.class)
public final class Colotape implements Runnable {
  @Spec CommandSpec spec;

  private Colotape() {}

  /** Runs a command line and exits with its code. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new Colotape()).execute(args));
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "colotape: no command given");
  }

  /** The version in the jar's manifest. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Colotape.class.getPackage().getImplementationVersion();
      return new String[] {"colotape " + (version == null ? "(not packaged)" : version)};
    }
  }
}
