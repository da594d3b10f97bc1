package org.colotape.analyzer.cli.simulate;

import org.colotape.analyzer.cli.frame.Terminal;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.log.EventSink;
import org.colotape.schema.log.RecordingTotals;
import org.jspecify.annotations.Nullable;

/** Counts the events of a simulation on their way into a log, and shows how far it is. */
final class SimulatedSink implements EventSink {
  private final @Nullable EventSink log;
  private final Terminal terminal;
  private final RecordingTotals totals = new RecordingTotals();

  /**
   * @param log takes the events, or null to count them only
   */
  SimulatedSink(@Nullable EventSink log, Terminal terminal) {
    this.log = log;
    this.terminal = terminal;
  }

  RecordingTotals totals() {
    return totals;
  }

  @Override
  public void accept(Event event) {
    totals.add(event);
    if (event.getKind() == Kind.CHECKPOINT_SEALED) {
      terminal.status("simulated checkpoint " + event.getCheckpoint());
    }
    if (log != null) {
      log.accept(event);
    }
  }

  @Override
  public void seal() {
    if (log != null) {
      log.seal();
    }
  }

  @Override
  public void close() {
    // the log is closed by whoever made it
  }
}
