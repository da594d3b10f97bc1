package org.colotape.recorder.simulation;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import org.colotape.recorder.simulation.guest.GuestBlock;
import org.colotape.recorder.simulation.guest.GuestMemory;
import org.colotape.recorder.simulation.guest.GuestPage;
import org.colotape.schema.digest.PageDigest;
import org.colotape.schema.event.Memory;
import org.colotape.schema.event.Observation;
import org.colotape.schema.event.ObservedPage;
import org.colotape.schema.layout.PageRegion;

/** Looks at pages of a memory and reports what it sees, as the observers of real memory do. */
final class Observer {
  /** Pages of an observation: all of them may carry their bytes in one event. */
  private static final int RUN = 128;

  private final List<GuestBlock> blocks;
  private final PairOutput output;

  /** What the primary said of each page. */
  private final GuestMemory said;

  Observer(List<GuestBlock> blocks, PairOutput output, GuestMemory said) {
    this.blocks = blocks;
    this.output = output;
    this.said = said;
  }

  /** Observes pages. */
  void observe(Memory which, GuestMemory memory, SortedSet<GuestPage> pages) {
    List<GuestPage> run = new ArrayList<>();
    for (GuestPage page : pages) {
      if (!run.isEmpty() && !goesOn(run, page)) {
        emit(which, memory, run);
        run.clear();
      }
      run.add(page);
    }
    if (!run.isEmpty()) {
      emit(which, memory, run);
    }
  }

  private static boolean goesOn(List<GuestPage> run, GuestPage page) {
    return run.getLast().next().equals(page)
        && run.size() < RUN
        && page.index() % PageRegion.PAGES != 0;
  }

  private void emit(Memory which, GuestMemory memory, List<GuestPage> run) {
    ByteBuffer digests = ByteBuffer.allocate(run.size() * PageDigest.BYTES);
    List<ObservedPage> differing = new ArrayList<>();
    for (GuestPage page : run) {
      MemorySegment seen = memory.read(page);
      PageDigest digest = PageDigest.of(seen, 0, GuestPage.BYTES);
      digests.putLong(digest.high()).putLong(digest.low());
      if (!memory.agrees(page, said)) {
        differing.add(new ObservedPage(page.offset(), ByteBuffer.wrap(memory.bytes(page))));
      }
    }
    GuestPage first = run.getFirst();
    output.observed(
        Observation.newBuilder()
            .setMemory(which)
            .setBlock(blocks.get(first.block()).name())
            .setOffset(first.offset())
            .setPageSize(GuestPage.BYTES)
            .setDigests(digests.flip())
            .setDiffering(differing)
            .build());
  }
}
