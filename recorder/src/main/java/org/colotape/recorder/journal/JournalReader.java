package org.colotape.recorder.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.colotape.schema.ColotapeException;
import org.jspecify.annotations.Nullable;

/**
 * Reads a journal in the order of arrival, while it is written or afterwards. A lane can be held
 * back: its records stay in the files, and only their places are remembered, until it is let go.
 * For one thread.
 */
public final class JournalReader implements AutoCloseable {
  private final JournalFolder folder;
  private final JournalProgress progress;
  private final Set<JournalLane> held = new HashSet<>();
  private final Map<JournalLane, Deque<Place>> heldBack = new HashMap<>();
  private SegmentFile segment;
  private long position = SegmentFile.LEAD;

  private JournalReader(JournalFolder folder, JournalProgress progress, long first)
      throws IOException {
    this.folder = folder;
    this.progress = progress;
    this.segment = SegmentFile.open(folder.segment(first), first);
  }

  /** Reads a journal behind its writer. */
  public static JournalReader behind(JournalFolder folder, JournalWriter writer) {
    try {
      return new JournalReader(folder, writer, 1);
    } catch (IOException e) {
      throw JournalFolder.unusable(folder.path(), e);
    }
  }

  /** Reads a journal behind its writer once more, from what is left of it. */
  public static JournalReader again(JournalFolder folder, JournalWriter writer) {
    try {
      return new JournalReader(folder, writer, folder.segments().getFirst());
    } catch (IOException e) {
      throw JournalFolder.unusable(folder.path(), e);
    }
  }

  /**
   * Reads the journal that a killed recorder left. Its last record may be torn: it is left out, and
   * was not passed on.
   *
   * @throws ColotapeException if the journal can't be read
   */
  public static JournalReader left(JournalFolder folder) {
    try {
      LeftJournal left = LeftJournal.of(folder);
      return new JournalReader(folder, left, folder.segments().getFirst());
    } catch (IOException e) {
      throw JournalFolder.unusable(folder.path(), e);
    }
  }

  /**
   * The earliest record of those that were not given and whose lane is not held back; null if there
   * is none now.
   *
   * @throws ColotapeException if the journal is damaged
   */
  public @Nullable JournalRecord next() {
    try {
      Place released = released();
      if (released != null) {
        return readHeldBack(released);
      }
      while (advance()) {
        Place place = new Place(segment.number(), position);
        JournalRecord record = read(segment, position);
        position += RecordHead.BYTES + record.payload().remaining();
        if (!held.contains(record.lane())) {
          return record;
        }
        heldBack.computeIfAbsent(record.lane(), _ -> new ArrayDeque<>()).add(place);
      }
      return null;
    } catch (IOException e) {
      throw JournalFolder.unusable(folder.path(), e);
    }
  }

  /** Keeps the records of a lane back from now on. */
  public void hold(JournalLane lane) {
    held.add(lane);
  }

  /** Gives the records of a lane again, first those that were kept back. */
  public void release(JournalLane lane) {
    held.remove(lane);
  }

  /**
   * True if a burst of what is written goes on, and what is not read yet is little: reading waits
   * then, so that it takes no processor from those who wait for the bytes.
   *
   * @param little number of bytes
   */
  public boolean mayWait(long little) {
    if (!progress.isBusy()) {
      return false;
    }
    try {
      Extent extent = progress.extent();
      long unread = extent.position() - position;
      for (long number = segment.number(); number < extent.segment(); number++) {
        unread += Files.size(folder.segment(number));
      }
      return unread < little;
    } catch (IOException e) {
      throw JournalFolder.unusable(folder.path(), e);
    }
  }

  /** Waits until there may be a further record; returns at once if none will come. */
  public void await(long millis) throws InterruptedException {
    Extent extent = progress.extent();
    if (!extent.closed() && isAt(extent)) {
      progress.await(extent, millis);
    }
  }

  /** True if every record was passed, and none will come; some may be held back. */
  public boolean ended() {
    Extent extent = progress.extent();
    return extent.closed() && isAt(extent);
  }

  /** Number of the first segment that holds something that was not given yet, or may. */
  public long firstNeeded() {
    long first = segment.number();
    for (Deque<Place> places : heldBack.values()) {
      Place place = places.peek();
      first = place == null ? first : Math.min(first, place.segment());
    }
    return first;
  }

  /** Numbers of the segments before the first that is needed, ascending. */
  public List<Long> notNeeded() {
    try {
      long first = firstNeeded();
      return folder.segments().stream().filter(number -> number < first).toList();
    } catch (IOException e) {
      throw JournalFolder.unusable(folder.path(), e);
    }
  }

  /**
   * Where each lane begins in this journal, as a stream offset: what was before was trimmed. Lanes
   * that are not in it are missing.
   */
  public Map<JournalLane, Long> begins() {
    Map<JournalLane, Long> begins = new HashMap<>();
    try {
      Extent extent = progress.extent();
      for (long number : folder.segments()) {
        if (number <= extent.segment()) {
          try (SegmentFile file = SegmentFile.open(folder.segment(number), number)) {
            long end = number == extent.segment() ? extent.position() : file.length();
            begins(file, end, begins);
          }
        }
      }
    } catch (IOException e) {
      throw JournalFolder.unusable(folder.path(), e);
    }
    return begins;
  }

  private static void begins(SegmentFile file, long end, Map<JournalLane, Long> begins)
      throws IOException {
    long at = SegmentFile.LEAD;
    while (at < end) {
      RecordHead head = file.head(at);
      if (head == null) {
        return; // reading the journal will tell
      }
      begins.putIfAbsent(head.record().lane(), head.record().offset());
      at += RecordHead.BYTES + head.length();
    }
  }

  /** Goes on to a segment that has a further record; false if there is none now. */
  private boolean advance() throws IOException {
    Extent extent = progress.extent();
    while (segment.number() < extent.segment() && position >= segment.length()) {
      long next = segment.number() + 1;
      segment.close();
      segment = SegmentFile.open(folder.segment(next), next);
      position = SegmentFile.LEAD;
    }
    return !isAt(extent);
  }

  private boolean isAt(Extent extent) {
    return segment.number() == extent.segment() && position >= extent.position();
  }

  private @Nullable Place released() {
    Place first = null;
    for (Map.Entry<JournalLane, Deque<Place>> lane : heldBack.entrySet()) {
      Place place = held.contains(lane.getKey()) ? null : lane.getValue().peek();
      if (place != null && (first == null || place.compareTo(first) < 0)) {
        first = place;
      }
    }
    return first;
  }

  private JournalRecord readHeldBack(Place place) throws IOException {
    JournalRecord record;
    if (place.segment() == segment.number()) {
      record = read(segment, place.position());
    } else {
      try (SegmentFile file = SegmentFile.open(folder.segment(place.segment()), place.segment())) {
        record = read(file, place.position());
      }
    }
    Deque<Place> places = heldBack.get(record.lane());
    if (places != null) {
      places.remove();
    }
    return record;
  }

  private JournalRecord read(SegmentFile file, long at) throws IOException {
    JournalRecord record = file.read(at);
    if (record == null) {
      throw new ColotapeException(
          "the journal is damaged at byte " + at,
          folder.segment(file.number()).toString(),
          "what comes before it is recorded; restore the file, or delete the journal's folder");
    }
    return record;
  }

  @Override
  public void close() {
    try {
      segment.close();
    } catch (IOException e) {
      throw JournalFolder.unusable(folder.path(), e);
    }
  }
}
