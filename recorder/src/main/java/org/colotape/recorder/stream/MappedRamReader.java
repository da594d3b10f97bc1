package org.colotape.recorder.stream;

import java.util.List;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.Padding;
import org.colotape.schema.event.Page;
import org.colotape.schema.event.PageBitmap;
import org.colotape.schema.event.PageEncoding;
import org.colotape.schema.event.RamBlock;
import org.colotape.schema.event.RamBlockList;

/**
 * Reads the block list of a mapped-ram file, which has the memory between its entries: behind each
 * the bitmap of the pages that are present, and, aligned, the block itself (QEMU migration/ram.c,
 * mapped_ram_setup_ramblock and parse_ramblock_mapped_ram). The file is read from front to back;
 * the holes of a sparse one are zeros by then, and are counted, not kept.
 *
 * <p>The bitmap's words are those of the host. Bytes are taken as a little-endian host writes them.
 */
final class MappedRamReader {
  private static final int WORD = Long.BYTES;

  /** Padding is looked at in steps of as many bytes. */
  private static final int STEP = 1 << 12;

  private static final long NO_HOLE = -1;

  /** What stands at the cursor. */
  private enum Part {
    NOTHING,
    ENTRY,
    BITMAP,
    GAP,
    PAGES
  }

  private final Window window;
  private final EventEmitter emitter;
  private final StreamState state;

  private Part part = Part.NOTHING;
  private long total;

  /** What is left of the total for the entries that were not read yet. */
  private long left;

  /**
   * Where the stream begins in its file: offsets count from the beginning of the file, but QEMU can
   * write a stream behind something else (migration/file.c, offset of the URI).
   */
  private long streamBegin;

  private RamBlock block = new RamBlock();
  private long bitmapBegin;
  private long bitmapEnd;
  private long pagesBegin;
  private long pagesEnd;
  private final PresentPages present = new PresentPages();

  /** Stream offset of the zeros that lead up to the cursor and are in no event yet. */
  private long hole = NO_HOLE;

  MappedRamReader(Window window, EventEmitter emitter, StreamState state) {
    this.window = window;
    this.emitter = emitter;
    this.state = state;
  }

  /** True from {@link #begin} until the last block was read. */
  boolean isReading() {
    return part != Part.NOTHING;
  }

  /** Begins with the list whose word is at the cursor. */
  void begin(long statedTotal) throws Unparseable {
    BlockListRecord.demandTotal(statedTotal);
    if (state.inRegion()) {
      throw new Unparseable("a mapped-ram file inside of a package or blob");
    }
    total = statedTotal;
    left = statedTotal;
    part = Part.ENTRY;
  }

  /** Reads one entry, or a piece of what stands behind it. */
  Step step() throws Unparseable {
    return switch (part) {
      case NOTHING -> Step.DONE;
      case ENTRY -> {
        try {
          yield entry();
        } catch (Unparseable e) {
          part = Part.NOTHING;
          throw e;
        }
      }
      case BITMAP -> bitmap();
      case GAP -> gap();
      case PAGES -> pages();
    };
  }

  /** Emits the zeros that were read but not emitted. */
  void flush() {
    if (hole != NO_HOLE) {
      emitter.emitHole(hole);
      hole = NO_HOLE;
    }
  }

  private boolean isFirst() {
    return left == total;
  }

  private Step entry() throws Unparseable {
    long at = emitter.cursor() + (isFirst() ? WORD : 0);
    BlockEntry entry = BlockEntry.at(window, at, left, state);
    if (entry == null) {
      return Step.MORE;
    }
    place(entry);
    state.introduce(List.of(entry.block()));
    Event event = emitter.begin(Kind.RAM_BLOCK_LIST, entry.end());
    event.setBlocks(new RamBlockList(total, state.pageSize, List.of(entry.block())));
    emitter.emit(event);
    left -= block.getUsedLength();
    part = Part.BITMAP;
    return Step.AGAIN;
  }

  /** Checks where the block's parts are to be, and that they come one after the other. */
  private void place(BlockEntry entry) throws Unparseable {
    RamBlock next = entry.block();
    state.statePageSize(entry.pageSize());
    long bits = next.getUsedLength() / state.pageSize;
    if (next.getUsedLength() % state.pageSize != 0 || bits > Limits.MAX_MAPPED_PAGES) {
      throw refused(next, "has a length of " + next.getUsedLength() + " bytes");
    }
    long from = next.getBitmapOffset();
    long bitmapBytes = (bits + Long.SIZE - 1) / Long.SIZE * WORD;
    long begin = isFirst() ? from - entry.end() : streamBegin;
    long to = next.getPagesOffset();
    if (begin < 0 || from - begin != entry.end()) {
      throw refused(next, "has its bitmap not behind its entry but at offset " + from);
    }
    if (to < from + bitmapBytes
        || to - from - bitmapBytes >= Limits.MAX_MAPPED_GAP
        || to % Limits.MAPPED_ALIGNMENT != 0
        || to > Long.MAX_VALUE - next.getUsedLength()) {
      throw refused(next, "has its pages not behind its bitmap, aligned, but at offset " + to);
    }
    block = next;
    streamBegin = begin;
    bitmapBegin = from - begin;
    bitmapEnd = bitmapBegin + bitmapBytes;
    pagesBegin = to - begin;
    pagesEnd = pagesBegin + next.getUsedLength();
    present.begin(bitmapBytes);
  }

  private static Unparseable refused(RamBlock block, String what) {
    return new Unparseable("mapped-ram block " + block.getName() + " " + what);
  }

  private Step bitmap() {
    long at = emitter.cursor();
    long end = Math.min(bitmapEnd, at + Limits.PIECE_BYTES);
    if (!window.has(end)) {
      return Step.MORE;
    }
    present.add(window.slice(at, end));
    Event event = emitter.begin(Kind.PAGE_BITMAP, end);
    event.setBitmap(new PageBitmap(block.getName(), at - bitmapBegin));
    emitter.emit(event);
    part = end == bitmapEnd ? Part.GAP : Part.BITMAP;
    return Step.AGAIN;
  }

  private Step gap() {
    long at = emitter.cursor();
    if (at == pagesBegin) {
      flush();
      part = Part.PAGES;
      return Step.AGAIN;
    }
    return pad(Math.min(pagesBegin, at + STEP));
  }

  private Step pages() {
    long at = emitter.cursor();
    if (at == pagesEnd) {
      flush();
      part = left == 0 ? Part.NOTHING : Part.ENTRY;
      return part == Part.NOTHING ? Step.DONE : Step.AGAIN;
    }
    long offset = at - pagesBegin;
    long end = at + state.pageSize;
    if (!present.has((int) (offset / state.pageSize))) {
      return pad(end);
    }
    if (!window.has(end)) {
      return Step.MORE;
    }
    flush();
    Event event = emitter.begin(Kind.PAGE, end);
    event.setPage(
        new Page(block.getName(), offset, state.pageSize, 1, PageEncoding.RAW, 0, false, null));
    emitter.emit(event);
    return Step.AGAIN;
  }

  /** Passes over bytes that mean nothing: zeros are counted, others kept. */
  private Step pad(long end) {
    if (!window.has(end)) {
      return Step.MORE;
    }
    long at = emitter.cursor();
    if (window.isZero(at, end)) {
      hole = hole == NO_HOLE ? at : hole;
      emitter.passOver(end);
      return Step.AGAIN;
    }
    flush();
    Event event = emitter.begin(Kind.PADDING, end);
    event.setPadding(new Padding(end - at));
    emitter.emit(event);
    return Step.AGAIN;
  }
}
