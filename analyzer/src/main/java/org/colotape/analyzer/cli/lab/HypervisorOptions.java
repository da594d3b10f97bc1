package org.colotape.analyzer.cli.lab;

import java.nio.file.Path;
import java.util.List;
import org.colotape.analyzer.cli.frame.Terminal;
import org.colotape.analyzer.lab.machine.Hypervisor;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which QEMU runs, and what runs its guests. */
public final class HypervisorOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--qemu",
      paramLabel = "FILE",
      description = "The QEMU to run: a file, or a name on the PATH. Default: qemu-system-x86_64.")
  private @Nullable Path qemu;

  @Option(
      names = "--qemu-arg",
      paramLabel = "ARG",
      description = {
        "What always comes first behind --qemu; may be repeated. Write --qemu-arg=-L, with '='."
      })
  private List<String> qemuArguments = List.of();

  @Option(
      names = "--accel",
      paramLabel = "kvm|tcg",
      description = {
        "What runs the guests. Default: kvm where /dev/kvm works, else tcg. Under tcg a QEMU whose"
            + " COLO needs no return path (up to 10.0) deadlocks behind its first checkpoint."
      })
  private @Nullable String accelerator;

  /**
   * Refuses what does not go together.
   *
   * @throws ParameterException if it does not
   */
  public void check() {
    if (accelerator != null && !List.of("kvm", "tcg").contains(accelerator)) {
      throw new ParameterException(spec.commandLine(), "--accel must be kvm or tcg");
    }
    if (!qemuArguments.isEmpty() && qemu == null) {
      throw new ParameterException(spec.commandLine(), "--qemu-arg goes with --qemu only");
    }
  }

  /**
   * The hypervisor that was chosen.
   *
   * @param terminal knows the PATH
   * @throws org.colotape.schema.ColotapeException if there is none
   */
  public Hypervisor find(Terminal terminal) {
    return Hypervisor.find(qemu, qemuArguments, accelerator, path(terminal));
  }

  /**
   * Another one, run by the same.
   *
   * @param other its file
   * @param terminal knows the PATH
   * @throws org.colotape.schema.ColotapeException if it is none
   */
  public Hypervisor findOther(Path other, Terminal terminal) {
    return Hypervisor.find(other, List.of(), accelerator, path(terminal));
  }

  private static String path(Terminal terminal) {
    String path = terminal.variable("PATH");
    return path == null ? "" : path;
  }
}
