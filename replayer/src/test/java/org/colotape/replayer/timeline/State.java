package org.colotape.replayer.timeline;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import org.colotape.replayer.memory.BlockDigest;
import org.colotape.replayer.memory.GuestMemory;
import org.colotape.replayer.memory.PageWriter;
import org.colotape.replayer.memory.RamBlockMemory;
import org.colotape.replayer.replay.Phase;
import org.colotape.replayer.replay.Replay;
import org.colotape.replayer.replay.ReplayError;
import org.colotape.replayer.replay.ReplaySettings;
import org.colotape.schema.log.EventSource;
import org.colotape.schema.log.SeekableRecording;
import org.jspecify.annotations.Nullable;

/** All that can be seen of a replay behind an event. */
record State(
    Phase phase, @Nullable ReplayError loadError, List<Block> blocks, List<BitSet> received) {

  /** A block in a memory. */
  record Block(String name, long length, BlockDigest digest, BitSet written, int writers) {}

  static State of(Timeline timeline) {
    return of(
        timeline.phase(),
        timeline.loadError(),
        List.of(timeline.svm(), timeline.cache(), timeline.pvm()),
        timeline.svm().blocks().stream().map(b -> timeline.received(b.name())).toList());
  }

  /** The states of a replay from the start: element n is that behind event n - 1. */
  static List<State> all(SeekableRecording recording, ReplaySettings settings) {
    List<State> states = new ArrayList<>();
    try (EventSource source = recording.openFrom(0);
        Replay replay = new Replay(source, settings, event -> {})) {
      do {
        states.add(
            of(
                replay.phase(),
                replay.loadError(),
                List.of(replay.svm(), replay.cache(), replay.pvm()),
                replay.svm().blocks().stream().map(b -> replay.received(b.name())).toList()));
      } while (replay.step() != null);
    }
    return states;
  }

  private static State of(
      Phase phase,
      @Nullable ReplayError loadError,
      List<GuestMemory> memories,
      List<BitSet> received) {
    List<Block> blocks = new ArrayList<>();
    for (GuestMemory memory : memories) {
      for (RamBlockMemory block : memory.blocks()) {
        int writers = 0;
        for (int page = 0; page < block.pages(); page++) {
          PageWriter writer = block.lastWriter(page);
          writers = writer == null ? writers : 31 * writers + Objects.hash(page, writer);
        }
        blocks.add(
            new Block(
                memory.kind() + " " + block.name(),
                block.usedLength(),
                block.digest(),
                (BitSet) block.written().clone(),
                writers));
      }
    }
    return new State(phase, loadError, blocks, received);
  }
}
