package org.colotape.analyzer.captures;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.colotape.replayer.fixture.ListRecording;
import org.colotape.replayer.memory.BlockDigest;
import org.colotape.replayer.memory.GuestMemory;
import org.colotape.replayer.memory.RamBlockMemory;
import org.colotape.replayer.memory.ScratchSpace;
import org.colotape.replayer.replay.CheckpointReached;
import org.colotape.replayer.replay.ObservationListener;
import org.colotape.replayer.replay.Replay;
import org.colotape.replayer.replay.ReplaySettings;
import org.colotape.replayer.rules.RuleSet;
import org.colotape.replayer.timeline.SnapshotCache;
import org.colotape.replayer.timeline.Timeline;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A timeline finds in real streams what a replay from the start finds. */
class TimelineCapturesTest {
  @TempDir Path scratch;
  @TempDir Path snapshots;

  @ParameterizedTest
  @ValueSource(strings = {"10.0-colo-verify-kvm", "7.2-colo-xbzrle"})
  void everyCheckpointIsTheSameWhateverWayItIsReached(String name) throws IOException {
    ListRecording recording = new ListRecording(name, Capture.named(name).record());
    ReplaySettings settings =
        ReplaySettings.of(RuleSet.QEMU, new ScratchSpace(scratch)).withPvmModel();
    Map<Integer, List<BlockDigest>> plain = new HashMap<>();
    try (var source = recording.openFrom(0);
        Replay replay = new Replay(source, settings, ObservationListener.NONE)) {
      for (CheckpointReached at = replay.next(); at != null; at = replay.next()) {
        plain.put(at.checkpoint(), digests(replay.svm(), replay.cache(), replay.pvm()));
      }
    }
    Random random = new Random(1);
    List<Integer> checkpoints = new ArrayList<>(plain.keySet());

    try (Timeline timeline =
        new Timeline(recording, settings, SnapshotCache.in(snapshots).withSpacing(1))) {
      for (int jump = 0; jump < 12; jump++) {
        int checkpoint = checkpoints.get(random.nextInt(checkpoints.size()));
        timeline.toCheckpoint(checkpoint);
        assertThat(digests(timeline.svm(), timeline.cache(), timeline.pvm()))
            .as("checkpoint %d", checkpoint)
            .isEqualTo(plain.get(checkpoint));
      }
    }
  }

  private static List<BlockDigest> digests(GuestMemory... memories) {
    List<BlockDigest> digests = new ArrayList<>();
    for (var memory : memories) {
      memory.blocks().stream().map(RamBlockMemory::digest).forEach(digests::add);
    }
    return digests;
  }
}
