package org.colotape.analyzer.demo;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.colotape.analyzer.verdict.Analysis;
import org.colotape.analyzer.verdict.AnalysisSettings;
import org.colotape.analyzer.verdict.RecordingVerdict;
import org.colotape.recorder.feed.FeedEnd;
import org.colotape.recorder.observe.ImageObserver;
import org.colotape.recorder.session.RecordingSession;
import org.colotape.replayer.memory.BlockDigest;
import org.colotape.replayer.memory.ScratchSpace;
import org.colotape.replayer.replay.CheckpointReached;
import org.colotape.replayer.replay.ObservationListener;
import org.colotape.replayer.replay.Replay;
import org.colotape.replayer.replay.ReplaySettings;
import org.colotape.replayer.rules.RuleSet;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.event.RecordingId;
import org.colotape.schema.event.RecordingStart;
import org.colotape.schema.log.EventSink;
import org.colotape.schema.log.EventSource;
import org.colotape.schema.log.RecordingLog;
import org.colotape.schema.log.RecordingTotals;

/** The three stages that a capture goes through. */
final class Stages {
  private static final int PAGE_PARTITIONS = 4;
  private static final int ID_BYTES = 16;

  private final RecordingLog log;
  private final ScratchSpace scratch;

  Stages(RecordingLog log, ScratchSpace scratch) {
    this.log = log;
    this.scratch = scratch;
  }

  /**
   * Where a replay ended.
   *
   * @param checkpoint the last checkpoint that was replayed whole
   * @param svm digest of the block in SVM RAM there
   * @param cache digest of the block in the COLO cache there
   */
  record Replayed(int checkpoint, BlockDigest svm, BlockDigest cache) {}

  /**
   * Records a capture with its images as observations. A recording of that name is replaced.
   *
   * @return what was recorded
   * @throws ColotapeException if it can't be recorded as a whole
   */
  RecordingTotals record(UnpackedCapture capture, String name) {
    if (log.list().stream().anyMatch(recording -> recording.getName().equals(name))) {
      log.delete(name);
    }
    ImageObserver observer = new ImageObserver(capture.images());
    RecordingId id = randomId();
    try (EventSink sink = log.create(name, id, PAGE_PARTITIONS)) {
      RecordingStart start =
          new RecordingStart(
              name, "colotape demo", capture.feed().sources(), true, List.of(), false);
      RecordingSession session = new RecordingSession(sink, id, start, Stages::wallClock, observer);
      FeedEnd end = capture.feed().run(session, () -> {});
      session.finish(end.complete(), end.reason());
      List<ColotapeException> problems = observer.problems();
      if (!problems.isEmpty()) {
        throw problems.getFirst();
      }
      return session.totals();
    }
  }

  /** Replays a recording up to its last whole checkpoint. */
  Replayed replay(String name, String block) {
    Replayed last = new Replayed(-1, BlockDigest.ZERO, BlockDigest.ZERO);
    try (EventSource source = log.open(name);
        Replay replay =
            new Replay(
                source, ReplaySettings.of(RuleSet.QEMU, scratch), ObservationListener.NONE)) {
      for (CheckpointReached at = replay.next(); at != null; at = replay.next()) {
        if (at.complete() && replay.loadError() == null) {
          last =
              new Replayed(
                  at.checkpoint(),
                  replay.svm().block(block).digest(),
                  replay.cache().block(block).digest());
        }
      }
    }
    return last;
  }

  /** Analyses a recording. */
  RecordingVerdict analyze(String name) {
    try (EventSource source = log.open(name)) {
      return Analysis.of(source, AnalysisSettings.of(scratch), checkpoint -> {});
    }
  }

  private static RecordingId randomId() {
    UUID uuid = UUID.randomUUID();
    return new RecordingId(
        ByteBuffer.allocate(ID_BYTES)
            .putLong(uuid.getMostSignificantBits())
            .putLong(uuid.getLeastSignificantBits())
            .array());
  }

  /** Nanoseconds since 1970. */
  private static long wallClock() {
    Instant now = Instant.now();
    return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
  }
}
