package org.colotape.recorder.stream;

import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.Page;
import org.colotape.schema.event.PageEncoding;
import org.colotape.schema.event.RamBlockList;
import org.colotape.schema.event.RamMark;
import org.colotape.schema.layout.PageRegion;
import org.colotape.schema.wire.RamFlags;

/**
 * Reads the records of a RAM section (QEMU migration/ram.c, ram_load_precopy). Zero pages that
 * follow each other become one event, which is why a record may be read while the ones before it
 * are not emitted yet.
 */
final class RamReader {
  private static final int WORD = Long.BYTES;

  /** A zero page with CONTINUE: the word and the fill byte. */
  private static final int ZERO_RECORD = WORD + 1;

  private final Window window;
  private final EventEmitter emitter;
  private final StreamState state;

  private final MappedRamReader mapped;

  /** The run of zero pages from the emitter's cursor on; it has no pages if there is none. */
  private long runEnd;

  private int runPages;
  private long runOffset;
  private int runDataStart;

  RamReader(Window window, EventEmitter emitter, StreamState state) {
    this.window = window;
    this.emitter = emitter;
    this.state = state;
    this.mapped = new MappedRamReader(window, emitter, state);
  }

  /** Reads one record; done at the one that ends the section. */
  Step step() throws Unparseable {
    if (mapped.isReading()) {
      return mapped.step() == Step.MORE ? Step.MORE : Step.AGAIN;
    }
    if (runPages > 0) {
      switch (continuesRun()) {
        case YES -> {
          runPages++;
          runEnd += ZERO_RECORD;
          return Step.AGAIN;
        }
        case NO -> flush();
        case MORE -> {
          return Step.MORE;
        }
      }
    }
    long at = emitter.cursor();
    if (!window.has(at + WORD)) {
      return Step.MORE;
    }
    long word = window.u64(at);
    int flags = (int) word & (state.pageSize - 1);
    return switch (flags) {
      case RamFlags.EOS -> mark(flags, Step.DONE);
      case RamFlags.MULTIFD_FLUSH -> mark(flags, Step.AGAIN);
      case RamFlags.MEM_SIZE -> blockList(word - flags);
      default -> page(at, word - flags, flags);
    };
  }

  /** Emits the zero pages, or the zeros of a hole, that were read but not emitted. */
  void flush() {
    mapped.flush();
    if (runPages == 0) {
      return;
    }
    Event event = emitter.begin(Kind.PAGE, runEnd);
    event.setPage(pageAt(runOffset, runPages, PageEncoding.ZERO, runDataStart));
    runPages = 0;
    emitter.emit(event);
  }

  private Step mark(int flags, Step step) {
    Event event = emitter.begin(Kind.RAM_MARK, emitter.cursor() + WORD);
    event.setMark(new RamMark(flags));
    emitter.emit(event);
    return step;
  }

  private Step blockList(long total) throws Unparseable {
    if (state.has(Capabilities.MAPPED_RAM)) {
      mapped.begin(total);
      return Step.AGAIN;
    }
    BlockListRecord list = BlockListRecord.at(window, emitter.cursor(), total, state);
    if (list == null) {
      return Step.MORE;
    }
    state.introduce(list.blocks());
    Event event = emitter.begin(Kind.RAM_BLOCK_LIST, list.end());
    event.setBlocks(new RamBlockList(total, state.pageSize, list.blocks()));
    emitter.emit(event);
    return Step.AGAIN;
  }

  private Answer continuesRun() {
    long nextOffset = runOffset + (long) runPages * state.pageSize;
    if (runPages >= PageRegion.pagesLeft(runOffset, state.pageSize)) {
      return Answer.NO;
    }
    if (!window.has(runEnd + WORD)) {
      return window.lacking();
    }
    if (window.u64(runEnd) != (nextOffset | RamFlags.ZERO | RamFlags.CONTINUE)) {
      return Answer.NO;
    }
    if (!window.has(runEnd + ZERO_RECORD)) {
      return window.lacking();
    }
    return window.u8(runEnd + WORD) == 0 ? Answer.YES : Answer.NO;
  }

  private Step page(long at, long offset, int flags) throws Unparseable {
    if (offset < 0) {
      throw new Unparseable("a page at an offset beyond 2^63");
    }
    PageRecord record = PageRecord.at(window, at, flags, state);
    if (record == null) {
      return Step.MORE;
    }
    if (record.isContinued()) {
      continueBlock(offset);
    } else {
      nameBlock(at + WORD + 1, record.nameLength());
    }
    int dataStart = (int) (record.data() - at);
    if (record.encoding() == PageEncoding.ZERO) {
      runOffset = offset;
      runPages = 1;
      runDataStart = dataStart;
      runEnd = record.end();
      return Step.AGAIN;
    }
    Event event = emitter.begin(Kind.PAGE, record.end());
    event.setPage(pageAt(offset, 1, record.encoding(), dataStart));
    emitter.emit(event);
    return Step.AGAIN;
  }

  private void nameBlock(long at, int length) {
    String current = state.currentBlock;
    if (current.length() != length || !window.isText(at, current)) {
      state.currentBlock = window.text(at, length);
    }
    state.currentBlockInferred = false;
  }

  /** The block that was named last is not the one that is meant if the page lies outside of it. */
  private void continueBlock(long offset) throws Unparseable {
    if (!state.currentBlockInferred && state.currentBlock.isEmpty()) {
      throw new Unparseable("a page says 'same block as before', but none was named");
    }
    if (state.currentBlockInferred && !state.mayHold(state.currentBlock, offset)) {
      state.currentBlock = "";
    }
  }

  private Page pageAt(long offset, int pages, PageEncoding encoding, int dataStart) {
    return new Page(
        state.currentBlock,
        offset,
        state.pageSize,
        pages,
        encoding,
        dataStart,
        state.currentBlockInferred,
        null);
  }
}
