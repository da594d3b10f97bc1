package org.colotape.recorder.simulation;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.colotape.recorder.simulation.SimulationTruth.WrongPage;
import org.colotape.recorder.simulation.guest.GuestBlock;
import org.colotape.recorder.simulation.guest.GuestPage;
import org.colotape.schema.event.Direction;
import org.colotape.schema.event.Memory;
import org.colotape.schema.event.Observation;

/**
 * The life of a pair, of which all memories were compared at each checkpoint that was whole.
 *
 * @param settings what was simulated
 * @param damage what the pair says that it did wrong
 * @param wrong by checkpoint: pages on which the memories differ
 * @param observations what was observed
 */
record Lived(
    SimulationSettings settings,
    Damage damage,
    Map<Integer, List<WrongPage>> wrong,
    List<Observation> observations) {
  static Lived of(SimulationSettings settings) {
    Watcher watcher = new Watcher(settings.blocks());
    try (Pair pair = new Pair(settings, watcher)) {
      pair.run();
      return new Lived(settings, pair.damage(), watcher.wrong, watcher.observations);
    }
  }

  private static final class Watcher implements PairOutput {
    final Map<Integer, List<WrongPage>> wrong = new TreeMap<>();
    final List<Observation> observations = new ArrayList<>();
    private final List<GuestBlock> blocks;

    Watcher(List<GuestBlock> blocks) {
      this.blocks = blocks;
    }

    @Override
    public void sent(int channel, Direction direction, ByteBuffer bytes) {}

    @Override
    public void observed(Observation observation) {
      observations.add(observation);
    }

    @Override
    public void sealed(int checkpoint, PairMemories memories) {
      List<WrongPage> pages = new ArrayList<>();
      for (int block = 0; block < blocks.size(); block++) {
        for (int i = 0; i < blocks.get(block).pages(); i++) {
          GuestPage page = new GuestPage(block, i);
          Set<Memory> differing = EnumSet.noneOf(Memory.class);
          for (Memory memory : List.of(Memory.CACHE, Memory.SVM)) {
            if (memories.read(memory, page).mismatch(memories.read(Memory.PVM, page)) >= 0) {
              differing.add(memory);
            }
          }
          if (!differing.isEmpty()) {
            pages.add(
                new WrongPage(blocks.get(block).name(), page.offset(), List.copyOf(differing)));
          }
        }
      }
      wrong.put(checkpoint, pages);
    }

    @Override
    public void passed(long nanoseconds) {}

    @Override
    public void ended(boolean complete, String reason) {}
  }
}
