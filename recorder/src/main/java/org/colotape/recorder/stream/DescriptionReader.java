package org.colotape.recorder.stream;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.VmDescription;

/**
 * Reads the VM description (QEMU migration/savevm.c,
 * qemu_savevm_state_complete_precopy_non_iterable).
 */
final class DescriptionReader {
  private static final int HEAD = 1 + Integer.BYTES;
  private static final int SPACE = 0x20;

  private final Window window;
  private final EventEmitter emitter;
  private final StreamState state;

  /** The text so far, as long as it may be checked. */
  private final List<InputStream> text = new ArrayList<>();

  private long length;
  private long position;
  private long scanned;

  DescriptionReader(Window window, EventEmitter emitter, StreamState state) {
    this.window = window;
    this.emitter = emitter;
    this.state = state;
  }

  /** Begins with the description at the cursor. */
  void begin() {
    text.clear();
    position = 0;
    scanned = emitter.cursor() + HEAD;
  }

  /**
   * Reads one piece of the description; done with the last.
   *
   * @throws Unparseable if what stands there is no text, or longer than any description
   */
  Step step() throws Unparseable {
    long begin = emitter.cursor() + (position == 0 ? HEAD : 0);
    if (!window.has(begin)) {
      return Step.MORE;
    }
    if (position == 0) {
      length = window.u32(begin - Integer.BYTES);
      if (length > Limits.MAX_DESCRIPTION_BYTES) {
        throw new Unparseable("a VM description of " + length + " bytes");
      }
    }
    long end = begin + Math.min(Limits.PIECE_BYTES, length - position);
    demandText(end);
    if (!window.has(end)) {
      return Step.MORE;
    }
    if (length <= Limits.MAX_CHECKED_DESCRIPTION_BYTES) {
      ByteBuffer piece = window.slice(begin, end);
      text.add(new ByteArrayInputStream(piece.array(), piece.arrayOffset(), piece.remaining()));
    }
    Event event = emitter.begin(Kind.VM_DESCRIPTION, end);
    boolean last = position + end - begin == length;
    event.setDescription(last ? confirm() : describe(List.of(), 0));
    emitter.emit(event);
    position += end - begin;
    return last ? Step.DONE : Step.AGAIN;
  }

  /** JSON holds no control characters: one of them says that the length is wrong. */
  private void demandText(long end) throws Unparseable {
    for (long stop = Math.min(end, window.end()); scanned < stop; scanned++) {
      int character = window.u8(scanned);
      if (character < SPACE && character != '\n' && character != '\r' && character != '\t') {
        throw new Unparseable(
            "a VM description of " + length + " bytes with other bytes than text");
      }
    }
  }

  private VmDescription describe(List<String> contradictions, int confirmed) {
    return new VmDescription(length, position, contradictions, confirmed);
  }

  private VmDescription confirm() {
    if (length > Limits.MAX_CHECKED_DESCRIPTION_BYTES) {
      return describe(List.of("the VM description is too long to be checked"), 0);
    }
    InputStream whole = new SequenceInputStream(Collections.enumeration(text));
    SectionCheck check = SectionCheck.of(whole, state.takeStateLengths(), state.pageSize);
    text.clear();
    return describe(check.contradictions(), check.confirmed());
  }
}
