package org.colotape.replayer.timeline;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.colotape.schema.log.SeekableRecording;

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

  /** Behind a recording's identity, a folder's name tells the settings of the replay. */
  private static final Pattern SETTINGS = Pattern.compile("-[0-9a-f]{16}");

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

  /**
   * Deletes the snapshots of a recording that is gone. Those that can't be deleted stay until they
   * make room for others.
   *
   * @param identity the recording's {@link SeekableRecording#identity}
   */
  public void forget(String identity) {
    try (DirectoryStream<Path> folders =
        Files.newDirectoryStream(folder, path -> isOf(identity, path))) {
      for (Path snapshots : folders) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(snapshots)) {
          for (Path file : files) {
            Files.deleteIfExists(file);
          }
        }
        Files.deleteIfExists(snapshots);
      }
    } catch (IOException | DirectoryIteratorException e) {
      // they are derived, bounded, and known by an identity that never comes again
      return;
    }
  }

  private static boolean isOf(String identity, Path path) {
    String name = path.getFileName().toString();
    return name.startsWith(identity)
        && SETTINGS.matcher(name.substring(identity.length())).matches();
  }
}
