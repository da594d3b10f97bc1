package org.colotape.replayer.timeline;

import java.nio.file.Path;

/**
 * Where snapshots of replays are kept, and how many. A folder may be shared by programs that run at
 * the same time, and whatever is in it can be deleted while they do. The oldest recordings'
 * snapshots make room for new ones.
 *
 * <p>The spacing of the snapshots of a recording is the largest of: {@code spacing}; as many events
 * as loading a snapshot costs; what keeps them within {@code number} and {@code bytes}.
 *
 * @param folder the folder; it is made when it is needed
 * @param spacing least distance of two snapshots of a recording, in events
 * @param number number of snapshots of a recording, at most; 0 to make and use none
 * @param bytes size of all snapshots in the folder, at most
 */
public record SnapshotCache(Path folder, long spacing, int number, long bytes) {
  private static final long SPACING = 10_000;
  private static final int NUMBER = 64;
  private static final long BYTES = 2L << 30;

  /** Makes and uses no snapshots: going back means to begin again. */
  public static SnapshotCache none() {
    return new SnapshotCache(Path.of(""), SPACING, 0, 0);
  }

  /** At most 64 snapshots of each recording and 2 GiB, 10,000 events or more apart. */
  public static SnapshotCache in(Path folder) {
    return new SnapshotCache(folder, SPACING, NUMBER, BYTES);
  }

  /** The same with another least distance. */
  public SnapshotCache withSpacing(long events) {
    return new SnapshotCache(folder, events, number, bytes);
  }

  /** The same with other limits. */
  public SnapshotCache withLimits(int snapshots, long size) {
    return new SnapshotCache(folder, spacing, snapshots, size);
  }
}
