package org.colotape.recorder.feed;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.function.BooleanSupplier;
import org.colotape.recorder.journal.JournalFolder;
import org.colotape.recorder.journal.JournalLane;
import org.colotape.recorder.journal.JournalReader;
import org.colotape.recorder.journal.JournalRecord;
import org.colotape.schema.log.EventSink;
import org.jspecify.annotations.Nullable;

/**
 * Deletes the segments of a journal that nobody needs any more: all their bytes have become events,
 * and the log has acknowledged these. The log gives the state behind them back (see {@link
 * Continuation}), so nothing else must be kept.
 */
final class JournalTrimmer {
  private final JournalFolder folder;
  private final JournalReader reader;
  private final Continuation made;
  private final EventSink sink;
  private final Map<JournalLane, Long> given = new HashMap<>();
  private final Queue<Passed> passed = new ArrayDeque<>();
  private long lastPassed;

  /** Segments up to one, and what must be made of their bytes. */
  private static final class Passed {
    private final long segment;
    private final Map<JournalLane, Long> ends;
    private @Nullable BooleanSupplier acknowledged;

    private Passed(long segment, Map<JournalLane, Long> ends) {
      this.segment = segment;
      this.ends = ends;
    }
  }

  JournalTrimmer(JournalFolder folder, JournalReader reader, Continuation made, EventSink sink) {
    this.folder = folder;
    this.reader = reader;
    this.made = made;
    this.sink = sink;
    this.lastPassed = reader.firstNeeded() - 1;
  }

  /** Takes note that a record was parsed. */
  void parsed(JournalRecord record) {
    if (record.type() == JournalRecord.Type.BYTES) {
      given.merge(record.lane(), record.end(), Math::max);
    }
    long before = reader.firstNeeded() - 1;
    if (before > lastPassed) {
      lastPassed = before;
      passed.add(new Passed(before, Map.copyOf(given)));
    }
  }

  /** Deletes what has been acknowledged by now. */
  void trim() {
    for (Passed next = passed.peek(); next != null && isDone(next); next = passed.peek()) {
      passed.remove();
      long last = next.segment;
      reader.notNeeded().stream().filter(segment -> segment <= last).forEach(folder::trim);
    }
  }

  private boolean isDone(Passed next) {
    if (next.acknowledged == null) {
      boolean consumed =
          next.ends.entrySet().stream()
              .allMatch(end -> made.consumed(end.getKey()) >= end.getValue());
      if (!consumed) {
        return false;
      }
      next.acknowledged = sink.acknowledgement();
    }
    return next.acknowledged.getAsBoolean() && next.segment < folder.keptFrom();
  }
}
