package org.colotape.analyzer.qualification;

import org.colotape.analyzer.lab.machine.Hypervisor;

/**
 * What is qualified.
 *
 * @param primary version of the QEMU that runs primaries
 * @param secondary version of the QEMU that runs secondaries
 * @param kvm true if guests run under kvm, false if under TCG
 */
public record Subject(String primary, String secondary, boolean kvm) {
  /** Asks both QEMUs for their versions. */
  public static Subject of(Hypervisor primary, Hypervisor secondary) {
    String version = primary.version();
    return new Subject(
        version, secondary.equals(primary) ? version : secondary.version(), primary.kvm());
  }

  @Override
  public String toString() {
    return "QEMU "
        + primary
        + (secondary.equals(primary) ? "" : " to QEMU " + secondary)
        + " under "
        + (kvm ? "kvm" : "TCG");
  }
}
