package org.colotape.replayer.timeline;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.colotape.replayer.replay.Replay;
import org.colotape.replayer.replay.ReplaySettings;
import org.colotape.schema.digest.PageDigest;
import org.colotape.schema.files.OwnerOnly;
import org.jspecify.annotations.Nullable;

/**
 * The snapshots of one recording under the same settings and by the same build: a folder of the
 * cache. Whatever goes wrong with them, it only costs time.
 */
final class SnapshotShelf {
  private static final String FORMAT = "colotape snapshot 2";

  /** Bytes of a snapshot that are loaded in the time of an event. */
  private static final long BYTES_PER_EVENT = 4096;

  private final SnapshotCache cache;

  /** All that a snapshot's use depends on. */
  private final String key;

  private final Path folder;
  private final NavigableMap<Long, Snapshot> known = new TreeMap<>();
  private boolean usable;

  SnapshotShelf(SnapshotCache cache, String recording, ReplaySettings settings) {
    this.cache = cache;
    this.usable = cache.number() > 0 && BuildIdentity.ours() != null;
    this.key =
        String.join(
            " ",
            FORMAT,
            ByteOrder.nativeOrder().toString(),
            String.valueOf(BuildIdentity.ours()),
            recording,
            settings.rules().toString(),
            settings.pvmModel() ? "pvm" : "",
            settings.lastWriters() ? "writers" : "");
    byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
    String hash = PageDigest.of(bytes, 0, bytes.length).toString().substring(0, 16);
    this.folder = cache.folder().resolve(recording + "-" + hash);
  }

  /** Looks what is there now: others add and delete. */
  void refresh() {
    known.clear();
    if (usable && Files.isDirectory(folder)) {
      known.putAll(list(folder));
    }
  }

  /** The last snapshot of those that will do, or null. */
  @Nullable Snapshot last(Predicate<Snapshot> willDo) {
    return known.descendingMap().values().stream().filter(willDo).findFirst().orElse(null);
  }

  /** Events that are replayed in the time in which a snapshot is loaded. */
  static long cost(Snapshot snapshot) {
    return snapshot.bytes() / BYTES_PER_EVENT;
  }

  /**
   * True if a snapshot is wanted behind an event.
   *
   * @param size about its length in bytes
   * @param events number of events of the recording, or 0 if that is not known
   */
  boolean isDue(long seq, long size, long events) {
    if (!usable) {
      return false;
    }
    long number = size == 0 ? cache.number() : Math.min(cache.number(), cache.bytes() / size);
    if (number == 0) {
      return false;
    }
    long spacing = Math.max(cache.spacing(), Math.max(size / BYTES_PER_EVENT, events / number + 1));
    Map.Entry<Long, Snapshot> below = known.floorEntry(seq);
    Map.Entry<Long, Snapshot> above = known.higherEntry(seq);
    return seq - (below == null ? -1 : below.getKey()) >= spacing
        && (above == null || above.getKey() - seq >= spacing / 2);
  }

  /** Takes a snapshot. If it can't be written, none is taken any more. */
  void save(Replay replay, PageDigest event, int sealed, boolean atSeal) {
    Path file = folder.resolve(Snapshot.name(replay.lastSeq(), sealed, atSeal));
    try {
      OwnerOnly.folder(folder);
      Path fresh = Files.createTempFile(folder, "new-", ".tmp");
      try {
        try (DataOutputStream out =
            new DataOutputStream(new CheckedOutput(Files.newOutputStream(fresh)))) {
          out.writeUTF(key);
          out.writeLong(replay.lastSeq());
          out.writeInt(sealed);
          out.writeBoolean(atSeal);
          out.writeLong(event.high());
          out.writeLong(event.low());
          replay.save(out);
        }
        long bytes = Files.size(fresh);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        known.put(replay.lastSeq(), new Snapshot(replay.lastSeq(), sealed, atSeal, bytes, file));
      } finally {
        Files.deleteIfExists(fresh);
      }
      makeRoom();
    } catch (IOException e) {
      usable = false;
    }
  }

  /**
   * Loads a snapshot.
   *
   * @param fresh a replay to which nothing has happened yet
   * @return the digest of the event behind which it was taken
   * @throws IOException if it is gone, damaged or another one; the replay is then good for nothing
   */
  PageDigest load(Snapshot snapshot, Replay fresh) throws IOException {
    try (DataInputStream in =
        new DataInputStream(new CheckedInput(Files.newInputStream(snapshot.file())))) {
      if (!in.readUTF().equals(key)
          || in.readLong() != snapshot.seq()
          || in.readInt() != snapshot.sealed()
          || in.readBoolean() != snapshot.atSeal()) {
        throw new IOException("not what its name says");
      }
      PageDigest event = new PageDigest(in.readLong(), in.readLong());
      fresh.load(in);
      if (in.read() >= 0) {
        throw new IOException("too long");
      }
      return event;
    }
  }

  /** Notes that the recording is in use, so that others make room first. */
  void touch() {
    try {
      if (Files.isDirectory(folder)) {
        Files.setLastModifiedTime(folder, FileTime.fromMillis(System.currentTimeMillis()));
      }
    } catch (IOException e) {
      usable = false;
    }
  }

  /** Removes a snapshot that is of no use. */
  void discard(Snapshot snapshot) {
    known.remove(snapshot.seq());
    try {
      Files.deleteIfExists(snapshot.file());
    } catch (IOException e) {
      usable = false;
    }
  }

  private void makeRoom() throws IOException {
    while (known.size() > cache.number()) {
      discard(leastUseful());
    }
    List<Path> others = new ArrayList<>();
    long total = bytes(known);
    try (var folders = Files.newDirectoryStream(cache.folder(), Files::isDirectory)) {
      for (Path other : folders) {
        if (!other.equals(folder)) {
          others.add(other);
          total += bytes(list(other));
        }
      }
    }
    others.sort(Comparator.comparingLong(other -> other.toFile().lastModified()));
    for (Path oldest : others) {
      if (total <= cache.bytes()) {
        break;
      }
      NavigableMap<Long, Snapshot> theirs = list(oldest);
      total -= bytes(theirs);
      for (Snapshot snapshot : theirs.values()) {
        Files.deleteIfExists(snapshot.file());
      }
    }
    while (total > cache.bytes() && !known.isEmpty()) {
      Snapshot least = leastUseful();
      total -= least.bytes();
      discard(least);
    }
  }

  /** The snapshot whose neighbours are nearest to each other. */
  private Snapshot leastUseful() {
    Snapshot least = known.lastEntry().getValue();
    long smallest = Long.MAX_VALUE;
    for (Snapshot snapshot : known.values()) {
      Long before = known.lowerKey(snapshot.seq());
      Long behind = known.higherKey(snapshot.seq());
      long gap = (behind == null ? snapshot.seq() : behind) - (before == null ? -1 : before);
      if (gap < smallest) {
        smallest = gap;
        least = snapshot;
      }
    }
    return least;
  }

  private static long bytes(Map<Long, Snapshot> snapshots) {
    return snapshots.values().stream().mapToLong(Snapshot::bytes).sum();
  }

  private static NavigableMap<Long, Snapshot> list(Path folder) {
    NavigableMap<Long, Snapshot> snapshots = new TreeMap<>();
    try (var files = Files.newDirectoryStream(folder, "*" + Snapshot.SUFFIX)) {
      for (Path file : files) {
        Snapshot snapshot = Snapshot.of(file, file.toFile().length());
        if (snapshot != null) {
          snapshots.put(snapshot.seq(), snapshot);
        }
      }
    } catch (IOException | UncheckedIOException e) {
      snapshots.clear();
    }
    return snapshots;
  }
}
