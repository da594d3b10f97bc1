package org.colotape.analyzer.cli.record;

import java.util.function.LongSupplier;
import org.colotape.analyzer.cli.frame.Amounts;
import org.colotape.analyzer.cli.frame.Terminal;
import org.colotape.schema.log.EventSink;
import org.colotape.schema.log.RecordingTotals;

/** The status line of a recording that goes on. */
final class Progress implements Runnable {
  private static final long INTERVAL_NANOS = 200_000_000;

  private final Terminal terminal;
  private final RecordingTotals totals;
  private final EventSink sink;
  private final LongSupplier journal;
  private final LongSupplier clock;
  private long begun;
  private long next;
  private boolean running;

  /**
   * @param terminal shows it
   * @param totals what was recorded so far
   * @param sink tells how far Kafka lags behind
   * @param journal number of bytes that wait in the journal; 0 if there is none
   * @param clock a time in nanoseconds that only runs forward
   */
  Progress(
      Terminal terminal,
      RecordingTotals totals,
      EventSink sink,
      LongSupplier journal,
      LongSupplier clock) {
    this.terminal = terminal;
    this.totals = totals;
    this.sink = sink;
    this.journal = journal;
    this.clock = clock;
  }

  /** Shows the line, unless it was shown just before. Time runs from the first call. */
  @Override
  public void run() {
    long now = clock.getAsLong();
    if (!running) {
      running = true;
      begun = now;
      next = now;
    }
    if (terminal.watched() && now - next >= 0) {
      next = now + INTERVAL_NANOS;
      terminal.status(line(now));
    }
  }

  private String line(long now) {
    double seconds = Math.max(now - begun, 1) / 1e9;
    long waiting = journal.getAsLong();
    return "recording: %s, %d pages, %s, %s/s, Kafka lags %d events%s"
        .formatted(
            Amounts.bytes(totals.wireBytes()),
            totals.pages(),
            Amounts.checkpoints(totals.lastCheckpoint()),
            Amounts.bytes((long) (totals.wireBytes() / seconds)),
            sink.unacknowledged(),
            waiting == 0 ? "" : ", journal " + Amounts.bytes(waiting));
  }
}
