package org.colotape.recorder.simulation;

import java.util.List;
import java.util.Random;
import java.util.Set;
import org.colotape.recorder.simulation.guest.GuestBlock;
import org.colotape.recorder.simulation.guest.GuestPage;
import org.colotape.recorder.simulation.guest.GuestWrite;
import org.colotape.recorder.simulation.guest.Workload;
import org.jspecify.annotations.Nullable;

/**
 * What runs in the two guests. They are the same machine and were the same at the last checkpoint,
 * so that the SVM's guest makes most of the writes that the PVM's makes, and some of its own.
 */
final class Guests {
  /** Of so many writes of the PVM's guest, the SVM's makes all but one too. */
  private static final int IN_STEP = 4;

  private final SimulationSettings settings;
  private final Primary primary;
  private final Secondary secondary;
  private final Workload primaryGuest;
  private final Workload secondaryGuest;
  private final Random drift;
  private final @Nullable Provocation provocation;

  Guests(SimulationSettings settings, Primary primary, Secondary secondary) {
    List<GuestBlock> blocks = settings.blocks();
    long seed = settings.seed();
    this.settings = settings;
    this.primary = primary;
    this.secondary = secondary;
    this.primaryGuest = new Workload(blocks, settings.pattern(), seed ^ 2);
    this.secondaryGuest = new Workload(blocks, settings.pattern(), seed ^ 3);
    this.drift = new Random(seed ^ 4);
    this.provocation = settings.bug() == null ? null : new Provocation(blocks, seed ^ 5);
  }

  /** The PVM's guest starts. */
  void boot() {
    primaryGuest.boot(settings.usedPages()).forEach(primary::write);
  }

  /** The PVM's guest runs while it migrates. */
  void runWhileMigrating() {
    primaryRuns(primaryGuest.next(settings.dirtyPages() / IN_STEP));
  }

  /** Both guests run, up to the next checkpoint. */
  void run() {
    List<GuestWrite> writes = primaryGuest.next(settings.dirtyPages());
    primaryRuns(writes);
    writes.stream().filter(_ -> drift.nextInt(IN_STEP) != 0).forEach(secondary::write);
    secondaryGuest.next(settings.dirtyPages() / IN_STEP).forEach(secondary::write);
    if (provocation != null) {
      provocation.secondary(secondary);
    }
  }

  /**
   * The SVM's guest runs between the flush and the observation.
   *
   * @param wrong pages that it stays away from, so that the truth about them stays what it is
   */
  void runLate(Set<GuestPage> wrong) {
    secondaryGuest.next(settings.lateWrites()).stream()
        .filter(write -> !wrong.contains(write.page()))
        .forEach(secondary::write);
  }

  /** The SVM's guest writes to a page. */
  void secondaryWrites(GuestPage page) {
    secondary.write(secondaryGuest.some(page));
  }

  private void primaryRuns(List<GuestWrite> writes) {
    writes.forEach(primary::write);
    if (provocation != null) {
      provocation.primary(primary);
    }
  }
}
