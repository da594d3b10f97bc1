package org.colotape.recorder.stream;

import java.util.Set;
import java.util.function.Consumer;
import org.colotape.schema.event.Direction;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Opaque;
import org.colotape.schema.wire.RamFlags;

/**
 * Parses the channel on which a source with postcopy-preempt sends the pages that the secondary
 * asked for: records of RAM as in a section, without anything around them, up to one EOS (QEMU
 * migration/ram.c, postcopy_preempt_choose_channel and postcopy_preempt_shutdown_file; received by
 * migration/postcopy-ram.c, postcopy_preempt_thread).
 *
 * <p>Its pages may be replayed in any order with those of the main channel. They are all sent
 * behind the command POSTCOPY_RUN, when the guest of the source has stopped and nothing becomes
 * dirty any more; the source clears a page's dirty bit as it sends it on either channel, so each is
 * sent once; and after a lost connection a page may come again only with the same bytes.
 *
 * <p>It never throws because of its input. Not for several threads.
 */
public final class PreemptParser extends StepwiseParser {
  /** Flags of any page size: those of the smallest. */
  private static final int FLAGS = (1 << Limits.MIN_PAGE_BITS) - 1;

  private static final String PATH = "preempt channel";

  /** What stands at the cursor. */
  private enum Expect {
    RECORD,
    END,
    ANYTHING
  }

  private final StreamState state;
  private final RamReader ram;
  private final OpaqueReader opaque;
  private Expect expect = Expect.RECORD;

  /**
   * @param channel number of the channel that the bytes come from
   * @param pageSize page size of the migration, as the main channel has stated it
   * @param events takes the events, in the order of their stream offsets
   */
  public PreemptParser(int channel, PageSize pageSize, Consumer<Event> events) {
    super(channel, Direction.PVM_TO_SVM, events);
    state = new StreamState(window, Set.of(), pageSize);
    state.pageSize = pageSize.bytes();
    ram = new RamReader(window, emitter, state);
    opaque = new OpaqueReader(window, emitter, new PreemptRecords(window, state));
  }

  /**
   * Whether a channel that begins with this word may be one: the first page names its block, and
   * zero pages and whole ones are all that is sent in postcopy; if no page was asked for, EOS.
   */
  static boolean mayBegin(long word) {
    int flags = (int) word & FLAGS;
    return word == RamFlags.EOS
        || (word >= 0
            && word < Limits.MAX_REGION_BYTES
            && (flags == RamFlags.PAGE || flags == RamFlags.ZERO));
  }

  @Override
  boolean mayEnd() {
    return expect != Expect.ANYTHING;
  }

  @Override
  void flush() {
    switch (expect) {
      case RECORD -> ram.flush();
      case ANYTHING -> opaque.flush();
      case END -> {}
    }
  }

  @Override
  Opaque rest() {
    return new Opaque("the channel ends in the middle of a record", PATH, true);
  }

  @Override
  void lose(String reason) {
    opaque.begin(reason, PATH);
    state.currentBlockInferred = true;
    expect = Expect.ANYTHING;
  }

  @Override
  Step step() throws Unparseable {
    return switch (expect) {
      case RECORD -> record();
      case END -> {
        if (window.has(emitter.cursor() + 1)) {
          throw new Unparseable("bytes behind the end of the pages");
        }
        yield Step.MORE;
      }
      case ANYTHING -> {
        Step step = opaque.step();
        if (step == Step.DONE) {
          expect = Expect.RECORD;
          step = Step.AGAIN;
        }
        yield step;
      }
    };
  }

  private Step record() throws Unparseable {
    Step step = ram.step();
    if (step == Step.DONE) {
      expect = Expect.END;
      step = Step.AGAIN;
    }
    return step;
  }
}
