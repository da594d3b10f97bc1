package org.colotape.analyzer.excerpt;

import java.util.BitSet;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Recording;
import org.colotape.schema.log.EventSource;
import org.colotape.schema.tape.Tape;
import org.jspecify.annotations.Nullable;

/** The events of a tape without some of them, as a recording. */
final class PartialTape implements EventSource {
  private final EventSource tape;
  private final BitSet without;
  private final Renumbering numbers;

  /**
   * @param tape the tape
   * @param without places of the events that are left out
   */
  PartialTape(Tape tape, BitSet without) {
    this.tape = tape.openFrom(0);
    this.without = without;
    this.numbers = new Renumbering(this.tape.recording().getId());
  }

  @Override
  public Recording recording() {
    return tape.recording();
  }

  @Override
  public @Nullable Event next() {
    Event event = tape.next();
    while (event != null && without.get((int) event.getSeq())) {
      event = tape.next();
    }
    return event == null ? null : numbers.take(event);
  }

  @Override
  public void close() {
    tape.close();
  }
}
