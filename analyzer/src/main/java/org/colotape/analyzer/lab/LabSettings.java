package org.colotape.analyzer.lab;

import java.time.Duration;
import org.colotape.analyzer.lab.fault.Fault;
import org.colotape.analyzer.lab.guest.Guest;
import org.jspecify.annotations.Nullable;

/**
 * What a lab runs.
 *
 * @param guest what both machines run
 * @param machine type of both machines, as QEMU's {@code -machine} names it
 * @param ramMib size of their RAM in MiB
 * @param encoding how pages travel
 * @param channels number of channels for pages, if they travel on their own
 * @param checkpoints number of checkpoints behind the initial migration
 * @param delay time between two checkpoints
 * @param patience how long nothing may pass before the pair counts as stalled
 * @param observers how memories are observed
 * @param fault what goes wrong on purpose; null for nothing
 * @param faultBeforeTap true if that happens before the tap records it
 * @param failover when the secondary is told that its primary is lost; null for never
 */
public record LabSettings(
    Guest guest,
    String machine,
    int ramMib,
    Encoding encoding,
    int channels,
    int checkpoints,
    Duration delay,
    Duration patience,
    Observers observers,
    @Nullable Fault fault,
    boolean faultBeforeTap,
    @Nullable Failover failover) {
  /** A pc with 32 MiB that takes ten checkpoints, with plain pages, observed, and no fault. */
  public static LabSettings of(Guest guest) {
    return new LabSettings(
        guest,
        "pc",
        32,
        Encoding.PLAIN,
        2,
        10,
        Duration.ofMillis(100),
        Duration.ofSeconds(2),
        Observers.FILE,
        null,
        false,
        null);
  }

  /** The same on machines of another type, and with another encoding. */
  public LabSettings with(String type, Encoding pages, int pageChannels) {
    return new LabSettings(
        guest,
        type,
        ramMib,
        pages,
        pageChannels,
        checkpoints,
        delay,
        patience,
        observers,
        fault,
        faultBeforeTap,
        failover);
  }

  /** The same with other times, and another number of checkpoints. */
  public LabSettings with(int number, Duration between, Duration quiet) {
    return new LabSettings(
        guest,
        machine,
        ramMib,
        encoding,
        channels,
        number,
        between,
        quiet,
        observers,
        fault,
        faultBeforeTap,
        failover);
  }

  /** The same with something that goes wrong, where it shows best, or a failover, or both. */
  public LabSettings with(@Nullable Fault wrong, @Nullable Failover takeOver) {
    return new LabSettings(
        guest,
        machine,
        ramMib,
        encoding,
        channels,
        checkpoints,
        delay,
        patience,
        observers,
        wrong,
        wrong != null && wrong.showsBeforeTap(),
        takeOver);
  }
}
