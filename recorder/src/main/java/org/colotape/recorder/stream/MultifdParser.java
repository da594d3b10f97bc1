package org.colotape.recorder.stream;

import java.util.UUID;
import java.util.function.Consumer;
import org.colotape.schema.event.Direction;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.MultifdData;
import org.colotape.schema.event.MultifdStart;
import org.colotape.schema.event.Opaque;
import org.colotape.schema.event.Page;
import org.colotape.schema.event.PageEncoding;
import org.colotape.schema.event.PagePacket;
import org.colotape.schema.layout.PageRegion;
import org.colotape.schema.wire.MultifdFormat;
import org.jspecify.annotations.Nullable;

/**
 * Parses a multifd channel: 64 bytes that lead it, then packets, each a head with page offsets and
 * the pages behind it (QEMU migration/multifd.c, multifd_recv_thread). Behind damage it goes on at
 * the next head that can be trusted.
 *
 * <p>A page says which packet it came with by following it: the seq of the packet's event, which
 * only the session knows, is filled in there. It never throws because of its input. Not for several
 * threads.
 */
public final class MultifdParser extends StepwiseParser {
  /** In place of a seq, until the session fills it in. */
  private static final long NO_SEQ = -1;

  /** What stands at the cursor. */
  private enum Expect {
    START,
    HEAD,
    PAGE,
    COMPRESSED,
    DEVICE_STATE,
    ANYTHING
  }

  private final PageSize pageSize;
  private final OpaqueReader opaque;
  private Expect expect = Expect.START;
  private MultifdHead head = MultifdHead.NONE;
  private long packets;

  /** Number of the packet's normal pages, or bytes of its device state, that were emitted. */
  private long done;

  /**
   * @param channel number of the channel that the bytes come from
   * @param pageSize page size of the migration, known when the first packet comes
   * @param events takes the events, in the order of their stream offsets
   */
  public MultifdParser(int channel, PageSize pageSize, Consumer<Event> events) {
    super(channel, Direction.PVM_TO_SVM, events);
    this.pageSize = pageSize;
    this.opaque = new OpaqueReader(window, emitter, new MultifdHeads(window, pageSize));
  }

  @Override
  boolean mayEnd() {
    return expect == Expect.HEAD;
  }

  @Override
  void flush() {
    if (expect == Expect.ANYTHING) {
      opaque.flush();
    }
  }

  @Override
  Opaque rest() {
    return new Opaque("the channel ends in the middle of a multifd packet", path(), true);
  }

  @Override
  void lose(String reason) {
    opaque.begin(reason, path());
    expect = Expect.ANYTHING;
  }

  @Override
  Step step() throws Unparseable {
    return switch (expect) {
      case START -> start();
      case HEAD -> head();
      case PAGE -> page();
      case COMPRESSED -> compressed();
      case DEVICE_STATE -> deviceState();
      case ANYTHING -> {
        Step step = opaque.step();
        if (step == Step.DONE) {
          expect = Expect.HEAD;
          step = Step.AGAIN;
        }
        yield step;
      }
    };
  }

  private Step start() throws Unparseable {
    long at = emitter.cursor();
    if (!window.has(at + MultifdFormat.START_BYTES)) {
      return Step.MORE;
    }
    long version = window.u32(at + Integer.BYTES);
    if (window.u32(at) != MultifdFormat.MAGIC || version != MultifdFormat.VERSION) {
      throw new Unparseable("not the beginning of a multifd channel of version 1");
    }
    Event event = emitter.begin(Kind.MULTIFD_START, at + MultifdFormat.START_BYTES);
    event.setMultifdStart(
        new MultifdStart(
            version,
            new UUID(
                    window.u64(at + MultifdFormat.UUID_AT),
                    window.u64(at + MultifdFormat.UUID_AT + Long.BYTES))
                .toString(),
            window.u8(at + MultifdFormat.ID_AT)));
    emitter.emit(event);
    expect = Expect.HEAD;
    return Step.AGAIN;
  }

  private Step head() throws Unparseable {
    MultifdHead read = MultifdHead.at(window, emitter.cursor(), pageSize.bytes());
    if (read == null) {
      return Step.MORE;
    }
    head = read;
    done = 0;
    packets++;
    Event event = emitter.begin(Kind.MULTIFD_PACKET, read.end());
    event.setPacket(read.packet());
    emitter.emit(event);
    if (read.isDevice()) {
      expect = Expect.DEVICE_STATE;
    } else if (read.packet().getNormalPages() == 0) {
      zeroPages();
    } else {
      boolean raw = MultifdFormat.encoding(read.packet().getMethod()) == PageEncoding.RAW;
      expect = raw ? Expect.PAGE : Expect.COMPRESSED;
    }
    return Step.AGAIN;
  }

  private Step page() {
    long end = emitter.cursor() + pageSize.bytes();
    if (!window.has(end)) {
      return Step.MORE;
    }
    emitPage(end, (int) done, 1, PageEncoding.RAW, -1);
    done++;
    if (done == head.packet().getNormalPages()) {
      zeroPages();
    }
    return Step.AGAIN;
  }

  private Step compressed() {
    long end = emitter.cursor() + head.packet().getDataLength();
    if (!window.has(end)) {
      return Step.MORE;
    }
    emitData(end, 0);
    @Nullable PageEncoding encoding = MultifdFormat.encoding(head.packet().getMethod());
    if (encoding != null) {
      for (int i = 0; i < head.packet().getNormalPages(); i++) {
        emitPage(emitter.cursor(), i, 1, encoding, i);
      }
    }
    zeroPages();
    return Step.AGAIN;
  }

  private Step deviceState() {
    long left = head.packet().getDataLength() - done;
    long piece = Math.min(left, Limits.PIECE_BYTES);
    if (!window.has(emitter.cursor() + piece)) {
      return Step.MORE;
    }
    if (piece > 0) {
      emitData(emitter.cursor() + piece, done);
      done += piece;
    }
    if (piece == left) {
      expect = Expect.HEAD;
    }
    return Step.AGAIN;
  }

  /** Emits the zero pages, and ends the packet. Those that follow each other become one run. */
  private void zeroPages() {
    long[] offsets = head.offsets();
    int size = pageSize.bytes();
    for (int i = head.packet().getNormalPages(); i < offsets.length; ) {
      int most = Math.min(offsets.length - i, PageRegion.pagesLeft(offsets[i], size));
      int pages = 1;
      while (pages < most && offsets[i + pages] == offsets[i] + (long) pages * size) {
        pages++;
      }
      emitPage(emitter.cursor(), i, pages, PageEncoding.ZERO, -1);
      i += pages;
    }
    expect = Expect.HEAD;
  }

  private void emitPage(long end, int page, int pages, PageEncoding encoding, int index) {
    Event event = emitter.begin(Kind.PAGE, end);
    event.setPage(
        new Page(
            head.packet().getBlock(),
            head.offsets()[page],
            pageSize.bytes(),
            pages,
            encoding,
            0,
            false,
            new PagePacket(NO_SEQ, index)));
    emitter.emit(event);
  }

  private void emitData(long end, long position) {
    Event event = emitter.begin(Kind.MULTIFD_DATA, end);
    event.setPacketData(new MultifdData(NO_SEQ, position));
    emitter.emit(event);
  }

  private String path() {
    return packets == 0 ? "multifd channel" : "multifd channel, packet " + packets;
  }
}
