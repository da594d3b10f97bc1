package org.colotape.analyzer.lab;

import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.colotape.analyzer.lab.machine.Machine;
import org.colotape.schema.ColotapeException;

/**
 * How a pair was set up: what its QEMUs have and demand is asked of them over QMP, and never taken
 * from a version.
 *
 * @param primary what the primary is
 * @param secondary what the secondary is
 */
record PairSetup(LabSettings settings, Side primary, Side secondary) {
  private static final String COLO = "x-colo";
  private static final String RETURN_PATH = "return-path";
  private static final long UNLIMITED = 1L << 40;

  /**
   * What one side is.
   *
   * @param version of its QEMU, for people only
   * @param capabilities of migration that were switched on
   */
  private record Side(String version, boolean kvm, String type, List<String> capabilities) {
    @Override
    public String toString() {
      return "QEMU %s under %s, %s, %s"
          .formatted(version, kvm ? "kvm" : "TCG", type, String.join(" + ", capabilities));
    }
  }

  /**
   * Sets both sides up.
   *
   * @throws ColotapeException if one refuses it, in its own words
   */
  static PairSetup of(LabSettings settings, Machine pvm, Machine svm) {
    PairSetup setup = new PairSetup(settings, side(settings, pvm), side(settings, svm));
    pvm.set("x-checkpoint-delay", settings.delay().toMillis());
    return setup;
  }

  private static Side side(LabSettings settings, Machine machine) {
    Encoding encoding = settings.encoding();
    machine.set("max-bandwidth", UNLIMITED);
    if (encoding.isMultifd()) {
      machine.set("multifd-channels", settings.channels());
      machine.set("multifd-compression", encoding.compression());
    }
    Stream<String> wanted = Stream.concat(Stream.of(COLO), encoding.capabilities().stream());
    List<String> on = machine.enable(wanted.toList());
    return new Side(machine.version(), machine.isUnderKvm(), machine.type(), on);
  }

  /** What the pair is, in one line. */
  String description() {
    String both =
        primary.equals(secondary)
            ? primary.toString()
            : "primary " + primary + "; secondary " + secondary;
    return "%s, pages %s, %d MiB, guest %s on %d pages from 0x%x"
        .formatted(
            both,
            settings.encoding().isMultifd()
                ? settings.encoding() + " on " + settings.channels() + " channels"
                : settings.encoding(),
            settings.ramMib(),
            settings.guest().pattern(),
            settings.guest().pages(),
            settings.guest().from());
  }

  /** True if the primary, its monitor included, stops behind the first checkpoint for good. */
  boolean deadlocks() {
    return !primary.kvm() && !primary.capabilities().contains(RETURN_PATH);
  }

  /**
   * How many checkpoints the pair can take. The COLO that does without a return path (up to QEMU
   * 10.0) leaks a lock under TCG: the primary deadlocks behind its first checkpoint.
   *
   * @param report told if these are fewer than were asked for
   * @throws ColotapeException if what goes wrong on purpose would not come then
   */
  int checkpoints(Consumer<String> report) {
    int asked = settings.checkpoints();
    if (!deadlocks() || asked == 1) {
      return asked;
    }
    boolean never =
        (settings.fault() != null && settings.fault().checkpoint() > 1)
            || (settings.failover() != null && settings.failover().checkpoint() > 1);
    String why = "without kvm this QEMU's COLO deadlocks behind the first checkpoint";
    if (never) {
      throw new ColotapeException(
          why + ", before what is to go wrong", primary.toString(), "use kvm, or checkpoint 1");
    }
    report.accept("warning: " + why + ", so only that one is run");
    return 1;
  }
}
