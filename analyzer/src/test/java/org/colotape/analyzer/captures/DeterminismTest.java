package org.colotape.analyzer.captures;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.colotape.analyzer.demo.BundledFeeds;
import org.colotape.recorder.feed.FileFeed;
import org.colotape.recorder.session.CheckpointObserver;
import org.colotape.recorder.session.RecordingSession;
import org.colotape.replayer.memory.RamBlockMemory;
import org.colotape.replayer.memory.ScratchSpace;
import org.colotape.replayer.replay.CheckpointReached;
import org.colotape.replayer.replay.ObservationListener;
import org.colotape.replayer.replay.Replay;
import org.colotape.replayer.replay.ReplaySettings;
import org.colotape.replayer.rules.RuleSet;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.RecordingId;
import org.colotape.schema.event.RecordingStart;
import org.colotape.schema.kafka.KafkaLog;
import org.colotape.schema.log.EventSink;
import org.colotape.schema.log.EventSource;
import org.colotape.schema.log.RecordingLog;
import org.colotape.schema.tape.TapeSink;
import org.colotape.schema.tape.TapeSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same stream gives the same memory wherever its events lay (laws 3 and 4 of the design). */
class DeterminismTest {
  private static final int CHECKPOINTS = 22;
  private static final RecordingId ID = new RecordingId(new byte[16]);

  @TempDir private Path folder;

  @Test
  void digestsAtEveryCheckpointDoNotDependOnPartitionsNorOnTheMedium() {
    FileFeed feed = BundledFeeds.healthy(folder.resolve("capture"));
    try (RecordingLog log = KafkaLog.embedded(folder.resolve("home"))) {
      record(feed, log, "one", 1);
      record(feed, log, "three", 3);
      record(feed, log, "eight", 8);
      Path tape = folder.resolve("tape.avro");
      copyToTape(log, "three", tape);

      List<String> one = digests(log.open("one"));

      assertThat(one).hasSizeGreaterThan(2 * CHECKPOINTS);
      assertThat(digests(log.open("three"))).isEqualTo(one);
      assertThat(digests(log.open("eight"))).isEqualTo(one);
      assertThat(digests(log.open("one"))).as("replayed again").isEqualTo(one);
      assertThat(digests(TapeSource.open(tape))).isEqualTo(one);
    }
  }

  private static void record(FileFeed feed, RecordingLog log, String name, int partitions) {
    try (EventSink sink = log.create(name, ID, partitions)) {
      RecordingStart start =
          new RecordingStart(name, "test", feed.sources(), true, List.of(), false);
      RecordingSession session =
          new RecordingSession(sink, ID, start, () -> partitions, CheckpointObserver.NONE);
      feed.run(session, () -> {});
      session.finish(true, "end of file");
    }
  }

  private static void copyToTape(RecordingLog log, String name, Path tape) {
    try (EventSource source = log.open(name);
        EventSink sink = TapeSink.create(tape, source.recording())) {
      for (Event event : source) {
        sink.accept(event);
      }
      sink.seal();
    }
  }

  /** A line for each memory and block at each checkpoint. */
  private List<String> digests(EventSource source) {
    List<String> digests = new ArrayList<>();
    ScratchSpace scratch = new ScratchSpace(folder);
    try (source;
        Replay replay =
            new Replay(
                source, ReplaySettings.of(RuleSet.QEMU, scratch), ObservationListener.NONE)) {
      for (CheckpointReached at = replay.next(); at != null; at = replay.next()) {
        for (RamBlockMemory block : replay.svm().blocks()) {
          digests.add(at.checkpoint() + " svm " + block.name() + " " + block.digest());
        }
        for (RamBlockMemory block : replay.cache().blocks()) {
          digests.add(at.checkpoint() + " cache " + block.name() + " " + block.digest());
        }
      }
    }
    return digests;
  }
}
