package org.colotape.analyzer.chronicle;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import org.colotape.analyzer.diff.PageSet;
import org.colotape.schema.event.ColoMessageType;
import org.colotape.schema.event.Direction;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Page;
import org.colotape.schema.event.PageEncoding;
import org.roaringbitmap.RoaringBitmap;

/** Takes the events of one checkpoint and makes its chapter. */
final class ChapterWriter {
  private final int checkpoint;
  private final StepWriter steps = new StepWriter();
  private final Map<PageEncoding, Long> encodings = new EnumMap<>(PageEncoding.class);
  private final Map<String, RoaringBitmap> written = new LinkedHashMap<>();
  private boolean whole;
  private long begin = -1;
  private long paused = -1;
  private long pause = -1;
  private long bytesToSvm;
  private long bytesToPvm;

  ChapterWriter(Event first) {
    checkpoint = first.getCheckpoint();
  }

  int checkpoint() {
    return checkpoint;
  }

  /** False if all that it has is what a recording ends with. */
  boolean hasTraffic() {
    return bytesToSvm + bytesToPvm > 0;
  }

  void see(Event event) {
    steps.see(event);
    if (event.getDirection() != Direction.NONE) {
      begin = begin < 0 ? event.getCaptureTime() : begin;
      if (event.getDirection() == Direction.PVM_TO_SVM) {
        bytesToSvm += event.getWire().remaining();
      } else {
        bytesToPvm += event.getWire().remaining();
      }
    }
    switch (event.getKind()) {
      case PAGE -> page(event.getPage());
      case COLO_MESSAGE -> message(event.getMessage().getType(), event.getCaptureTime());
      case CHECKPOINT_SEALED -> whole = event.getSeal().getComplete();
      default -> {
        // a step and no more
      }
    }
  }

  private void page(Page page) {
    encodings.merge(page.getEncoding(), (long) page.getPages(), Long::sum);
    long first = page.getOffset() / page.getPageSize();
    if (first + page.getPages() < Integer.MAX_VALUE) {
      written
          .computeIfAbsent(page.getBlock(), _ -> new RoaringBitmap())
          .add(first, first + page.getPages());
    }
  }

  private void message(ColoMessageType type, long time) {
    if (type == ColoMessageType.VMSTATE_SEND) {
      paused = time;
    } else if (type == ColoMessageType.VMSTATE_LOADED && paused >= 0) {
      pause = time - paused;
    }
  }

  Chapter chapter() {
    SequencedMap<String, PageSet> pages = new LinkedHashMap<>();
    written.forEach((block, bits) -> pages.put(block, PageSet.of(bits)));
    return new Chapter(
        checkpoint,
        whole,
        begin,
        pause,
        bytesToSvm,
        bytesToPvm,
        encodings,
        pages,
        steps.steps(),
        steps.further());
  }
}
