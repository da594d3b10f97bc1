package org.colotape.replayer.junit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.colotape.replayer.memory.ScratchSpace;
import org.colotape.replayer.replay.CheckpointReached;
import org.colotape.replayer.replay.ReplaySettings;
import org.colotape.replayer.rules.RuleSet;
import org.colotape.replayer.timeline.Position;
import org.colotape.replayer.timeline.SnapshotCache;
import org.colotape.replayer.timeline.Timeline;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.log.EventSource;

/**
 * A recording that tests run on: its checkpoints, and timelines that are lent to one test at a
 * time, so that tests which follow each other replay only what is between them.
 */
final class ReplayedTape implements AutoCloseable {
  private static final long SPACING = 2_000;

  private final TapeLocation.Found found;
  private final RuleSet rules;
  private final Path folder;
  private final List<Checkpoint> checkpoints = new ArrayList<>();
  private final List<Timeline> idle = new ArrayList<>();

  /**
   * Goes through a recording once.
   *
   * @param name what its tests call it
   * @param folder for scratch space and snapshots; deleted when this is closed
   */
  ReplayedTape(String name, TapeLocation.Found found, RuleSet rules, Path folder) {
    this.found = found;
    this.rules = rules;
    this.folder = folder;
    Timeline timeline = timeline();
    idle.add(timeline);
    long next = 0;
    for (Position at = timeline.nextCheckpoint(); at != null; at = timeline.nextCheckpoint()) {
      CheckpointReached reached = at.reached();
      if (reached != null) {
        checkpoints.add(
            new Checkpoint(
                name,
                reached.checkpoint(),
                reached.complete(),
                reached.flushed(),
                next,
                reached.lastSeq()));
        next = reached.lastSeq() + 1;
      }
    }
  }

  /** All checkpoints, in order. */
  List<Checkpoint> checkpoints() {
    return List.copyOf(checkpoints);
  }

  /** A timeline that stands at the end of a checkpoint, to be given back. */
  Timeline borrow(Checkpoint checkpoint) {
    Timeline timeline = nearest(checkpoint.lastSeq());
    try {
      timeline.toCheckpoint(checkpoint.number());
      return timeline;
    } catch (RuntimeException e) {
      timeline.close();
      throw e;
    }
  }

  /** Takes a timeline back. */
  synchronized void giveBack(Timeline timeline) {
    idle.add(timeline);
  }

  /** The events of kind OBSERVATION of a checkpoint. */
  List<Event> observations(Checkpoint checkpoint) {
    List<Event> seen = new ArrayList<>();
    try (EventSource source = found.recording().openFrom(checkpoint.firstSeq())) {
      for (Event event = source.next();
          event != null && event.getSeq() <= checkpoint.lastSeq();
          event = source.next()) {
        if (event.getKind() == Kind.OBSERVATION && event.getCheckpoint() == checkpoint.number()) {
          seen.add(event);
        }
      }
    }
    return seen;
  }

  /** The idle timeline from which the way is shortest, or a new one. */
  private synchronized Timeline nearest(long seq) {
    Timeline best =
        idle.stream()
            .max(
                Comparator.comparingLong(timeline -> {
                  long at = timeline.position().seq();
                  return at <= seq ? at : -at;
                }))
            .orElse(null);
    if (best == null) {
      return timeline();
    }
    idle.remove(best);
    return best;
  }

  private Timeline timeline() {
    ReplaySettings settings =
        ReplaySettings.of(rules, ScratchSpace.preferMemory(folder.resolve("scratch")))
            .withPvmModel()
            .withLastWriters();
    SnapshotCache snapshots = SnapshotCache.in(folder.resolve("snapshots")).withSpacing(SPACING);
    return new Timeline(found.recording(), settings, snapshots);
  }

  @Override
  public synchronized void close() {
    idle.forEach(Timeline::close);
    found.onClose().run();
    delete(folder);
  }

  static Path folder() {
    try {
      return Files.createTempDirectory("colotape-junit-");
    } catch (IOException e) {
      throw new ColotapeException(
          "cannot make a folder: " + e.getMessage(),
          System.getProperty("java.io.tmpdir"),
          "check the disk",
          e);
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + folder, e);
    }
  }
}
