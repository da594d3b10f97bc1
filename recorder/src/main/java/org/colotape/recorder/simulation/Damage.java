package org.colotape.recorder.simulation;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.colotape.recorder.simulation.SimulationTruth.WrongCheckpoint;
import org.colotape.recorder.simulation.SimulationTruth.WrongPage;
import org.colotape.recorder.simulation.guest.GuestBlock;
import org.colotape.recorder.simulation.guest.GuestMemory;
import org.colotape.recorder.simulation.guest.GuestPage;
import org.colotape.schema.event.Memory;

/**
 * Keeps account of what a behaviour does wrong, when it does it. A page that it has treated wrongly
 * is suspect until it is right again: it may have had the right contents already, and a later
 * checkpoint may mend it.
 */
final class Damage {
  private final List<GuestBlock> blocks;
  private final SortedSet<GuestPage> suspects = new TreeSet<>();

  /** Of the checkpoint that goes on: pages that were seen wrong in a memory. */
  private final SortedMap<GuestPage, Set<Memory>> wrong = new TreeMap<>();

  private final List<WrongCheckpoint> checkpoints = new ArrayList<>();
  private boolean protocol;
  private long needlesslySent;
  private long needlesslyFlushed;

  Damage(List<GuestBlock> blocks) {
    this.blocks = blocks;
  }

  /** A page was treated wrongly. */
  void suspect(GuestPage page) {
    suspects.add(page);
  }

  /** A page is wrong for certain in a memory. */
  void wrong(GuestPage page, Memory memory) {
    wrong.computeIfAbsent(page, _ -> EnumSet.noneOf(Memory.class)).add(memory);
  }

  /** The protocol was broken. */
  void protocol() {
    protocol = true;
  }

  void needlesslySent(long pages) {
    needlesslySent += pages;
  }

  void needlesslyFlushed(long pages) {
    needlesslyFlushed += pages;
  }

  /**
   * Looks at each suspect when cache and SVM should be what the PVM is; those that are right are
   * none any more.
   */
  void judge(GuestMemory pvm, GuestMemory cache, GuestMemory svm) {
    for (GuestPage page : List.copyOf(suspects)) {
      boolean inCache = cache.agrees(page, pvm);
      boolean inSvm = svm.agrees(page, pvm);
      if (!inCache) {
        wrong(page, Memory.CACHE);
      }
      if (!inSvm) {
        wrong(page, Memory.SVM);
      }
      if (inCache && inSvm) {
        suspects.remove(page);
      }
    }
  }

  /** Pages that are still wrong, or may be. */
  SortedSet<GuestPage> suspects() {
    return suspects;
  }

  /** Pages seen wrong in this checkpoint. */
  Set<GuestPage> wrongNow() {
    return wrong.keySet();
  }

  /** The checkpoint is over. */
  void seal(int checkpoint) {
    if (protocol || !wrong.isEmpty() || needlesslySent > 0 || needlesslyFlushed > 0) {
      List<WrongPage> pages = new ArrayList<>();
      wrong.forEach((page, memories) ->
          pages.add(
              new WrongPage(
                  blocks.get(page.block()).name(), page.offset(), List.copyOf(memories))));
      checkpoints.add(
          new WrongCheckpoint(checkpoint, pages, protocol, needlesslySent, needlesslyFlushed));
    }
    wrong.clear();
    protocol = false;
    needlesslySent = 0;
    needlesslyFlushed = 0;
  }

  List<WrongCheckpoint> checkpoints() {
    return List.copyOf(checkpoints);
  }
}
