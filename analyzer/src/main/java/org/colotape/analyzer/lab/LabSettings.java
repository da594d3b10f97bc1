package org.colotape.analyzer.lab;

import java.time.Duration;
import org.colotape.analyzer.lab.fault.Fault;
import org.colotape.analyzer.lab.guest.Guest;
import org.jspecify.annotations.Nullable;

/**
 * What a lab runs.
 *
 * @param guest what both machines run
 * @param ramMib size of their RAM in MiB
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
    int ramMib,
    int checkpoints,
    Duration delay,
    Duration patience,
    Observers observers,
    @Nullable Fault fault,
    boolean faultBeforeTap,
    @Nullable Failover failover) {}
