package org.colotape.analyzer.benchmark;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.colotape.recorder.feed.CapturedFile;
import org.colotape.recorder.feed.FileFeed;
import org.colotape.recorder.session.CheckpointObserver;
import org.colotape.recorder.session.RecordingSession;
import org.colotape.replayer.memory.ScratchSpace;
import org.colotape.replayer.replay.ReplaySettings;
import org.colotape.replayer.rules.RuleSet;
import org.colotape.replayer.timeline.Position;
import org.colotape.replayer.timeline.SnapshotCache;
import org.colotape.replayer.timeline.Timeline;
import org.colotape.schema.event.Recording;
import org.colotape.schema.event.RecordingId;
import org.colotape.schema.event.RecordingStart;
import org.colotape.schema.event.RecordingState;
import org.colotape.schema.tape.Tape;
import org.colotape.schema.tape.TapeSink;

/**
 * What it costs to go to a checkpoint of recordings of growing length, beside replaying them up to
 * there: with snapshots it follows the distance to the nearest one, not the length.
 *
 * @param capture a captured COLO stream, which is made longer
 * @param folder an empty folder
 */
record JumpBenchmark(CapturedFile capture, Path folder) {
  private static final long[] LENGTHS = {32L << 20, 64L << 20, 128L << 20, 256L << 20};
  private static final int JUMPS = 15;
  private static final int REPLAYS = 3;

  void run(PrintStream out) throws IOException {
    for (long length : LENGTHS) {
      Path stream = folder.resolve("stream-" + length);
      LongStream.write(capture, stream, length);
      Tape tape = record(stream, folder.resolve("tape-" + length));
      ReplaySettings settings =
          ReplaySettings.of(RuleSet.QEMU, ScratchSpace.preferMemory(folder)).withPvmModel();
      SnapshotCache snapshots = SnapshotCache.in(folder.resolve("snapshots-" + length));
      int last = 0;
      long events;
      try (Timeline timeline = new Timeline(tape, settings, snapshots)) {
        for (Position at = timeline.nextCheckpoint(); at != null; at = timeline.nextCheckpoint()) {
          last = at.checkpoint(); // and leaves snapshots on its way
        }
        events = timeline.position().seq() + 1;
      }
      Random random = new Random(1);
      double[] jumps = new double[JUMPS];
      long replayed = 0;
      for (int i = 0; i < JUMPS; i++) {
        long start = System.nanoTime();
        try (Timeline timeline = new Timeline(tape, settings, snapshots)) {
          timeline.toCheckpoint(1 + random.nextInt(last));
          replayed += timeline.replayed();
        }
        jumps[i] = (System.nanoTime() - start) / 1e6;
      }
      double[] replays = new double[REPLAYS];
      for (int i = 0; i < REPLAYS; i++) {
        long start = System.nanoTime();
        try (Timeline timeline = new Timeline(tape, settings, SnapshotCache.none())) {
          timeline.toCheckpoint(last);
        }
        replays[i] = (System.nanoTime() - start) / 1e6;
      }
      out.printf(
          Locale.ROOT,
          "jump in %7d events                              %5.0f ms, %.0f events replayed;"
              + " all of it: %.0f ms%n",
          events,
          median(jumps),
          (double) replayed / JUMPS,
          median(replays));
    }
  }

  private static Tape record(Path stream, Path file) {
    RecordingId id = new RecordingId(new byte[16]);
    Recording head = new Recording();
    head.setId(id);
    head.setName(file.getFileName().toString());
    head.setState(RecordingState.OPEN);
    head.setCreatedAt(0L);
    head.setPagePartitions(1);
    head.setNote("");
    FileFeed feed = new FileFeed(new CapturedFile(stream), null, List.of());
    try (TapeSink sink = TapeSink.create(file, head)) {
      RecordingSession session =
          new RecordingSession(
              sink,
              id,
              new RecordingStart("jump", "benchmark", feed.sources(), false, List.of(), false),
              () -> 0L,
              CheckpointObserver.NONE);
      feed.run(session, () -> {});
      session.finish(true, "end of file");
    }
    return Tape.of(file);
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }
}
