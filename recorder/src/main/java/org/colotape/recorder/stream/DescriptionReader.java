package org.colotape.recorder.stream;

import java.io.ByteArrayOutputStream;
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

  private final Window window;
  private final EventEmitter emitter;
  private final StreamState state;
  private final ByteArrayOutputStream text = new ByteArrayOutputStream();
  private long length = -1;

  DescriptionReader(Window window, EventEmitter emitter, StreamState state) {
    this.window = window;
    this.emitter = emitter;
    this.state = state;
  }

  /** Reads one piece of the description; done with the last. */
  Step step() throws Unparseable {
    long begin = emitter.cursor();
    int head = length == -1 ? HEAD : 0;
    if (!window.has(begin + head)) {
      return Step.MORE;
    }
    if (head > 0) {
      length = window.u32(begin + 1);
      if (length > Wire.MAX_DESCRIPTION_BYTES) {
        long stated = length;
        length = -1;
        throw new Unparseable("a VM description of " + stated + " bytes");
      }
    }
    int piece = (int) Math.min(Wire.PIECE_BYTES, length - text.size());
    if (!window.has(begin + head + piece)) {
      length = head > 0 ? -1 : length;
      return Step.MORE;
    }
    long position = text.size();
    text.writeBytes(window.copy(begin + head, begin + head + piece));
    Event event = emitter.begin(Kind.VM_DESCRIPTION, begin + head + piece);
    boolean last = text.size() == length;
    event.setDescription(last ? confirm(position) : describe(position));
    emitter.emit(event);
    if (last) {
      text.reset();
      length = -1;
    }
    return last ? Step.DONE : Step.AGAIN;
  }

  private VmDescription describe(long position) {
    return new VmDescription(length, position, List.of(), 0);
  }

  private VmDescription confirm(long position) {
    SectionCheck check = SectionCheck.of(text.toByteArray(), state.stateLengths, state.pageSize);
    return new VmDescription(length, position, check.contradictions(), check.confirmed());
  }
}
