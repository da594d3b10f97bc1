package org.colotape.analyzer.chronicle;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.RamBlock;

/** What is true of a recording as a whole. */
final class Head {
  private final SequencedMap<String, Integer> blocks = new LinkedHashMap<>();
  private String recorder = "";
  private List<String> sources = List.of();
  private boolean timed;

  void see(Event event) {
    switch (event.getKind()) {
      case RECORDING_START -> {
        recorder = event.getStart().getRecorder();
        sources = List.copyOf(event.getStart().getSources());
        timed = event.getStart().getLive();
      }
      case RAM_BLOCK_LIST -> add(event.getBlocks().getBlocks(), event.getBlocks().getPageSize());
      case START_STATE ->
          add(event.getStartState().getBlocks(), event.getStartState().getPageSize());
      default -> {
        // is of one checkpoint
      }
    }
  }

  private void add(List<RamBlock> list, int pageSize) {
    for (RamBlock block : list) {
      long pages = Math.ceilDiv(block.getUsedLength(), pageSize);
      blocks.put(block.getName(), (int) Math.min(Integer.MAX_VALUE, pages));
    }
  }

  String recorder() {
    return recorder;
  }

  List<String> sources() {
    return sources;
  }

  boolean timed() {
    return timed;
  }

  SequencedMap<String, Integer> blocks() {
    return blocks;
  }
}
