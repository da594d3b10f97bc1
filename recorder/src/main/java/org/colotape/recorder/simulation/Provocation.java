package org.colotape.recorder.simulation;

import java.util.List;
import org.colotape.recorder.simulation.guest.GuestBlock;
import org.colotape.recorder.simulation.guest.GuestPage;
import org.colotape.recorder.simulation.guest.GuestWrite;
import org.colotape.recorder.simulation.guest.Workload;
import org.colotape.recorder.simulation.guest.WritePattern;

/**
 * Writes that give each bug something to strike at, however idle the guests are: the first page of
 * a block, the last run of pages of one, pages that become zero, and pages that both guests write,
 * or only one of them.
 */
final class Provocation {
  private final List<GuestPage> both;
  private final List<GuestPage> zeroing = List.of(new GuestPage(0, 7), new GuestPage(0, 17));
  private final GuestPage primaryOnly = new GuestPage(0, 11);
  private final GuestPage secondaryOnly = new GuestPage(0, 9);
  private final Workload primaryWrites;
  private final Workload secondaryWrites;
  private int round;

  Provocation(List<GuestBlock> blocks, long seed) {
    int last = blocks.size() - 1;
    int end = blocks.get(last).pages();
    both =
        List.of(
            new GuestPage(0, 13),
            new GuestPage(last, 0),
            new GuestPage(last, end - 2),
            new GuestPage(last, end - 1));
    primaryWrites = new Workload(blocks, WritePattern.IDLE, seed);
    secondaryWrites = new Workload(blocks, WritePattern.IDLE, ~seed);
  }

  void primary(Primary primary) {
    round++;
    both.forEach(page -> primary.write(primaryWrites.some(page)));
    primary.write(primaryWrites.some(primaryOnly));
    primary.write(GuestWrite.zeroing(zeroing.get(round % 2)));
    primary.write(primaryWrites.some(zeroing.get((round + 1) % 2)));
  }

  void secondary(Secondary secondary) {
    both.forEach(page -> secondary.write(secondaryWrites.some(page)));
    secondary.write(secondaryWrites.some(secondaryOnly));
  }
}
