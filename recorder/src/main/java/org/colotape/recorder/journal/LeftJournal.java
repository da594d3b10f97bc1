package org.colotape.recorder.journal;

import java.io.IOException;
import java.util.List;

/**
 * How far a journal can be read whose writer was killed.
 *
 * @param extent of its whole records
 */
record LeftJournal(Extent extent) implements JournalProgress {
  /** Finds the last whole record, and makes the first segment if the writer had not got so far. */
  static LeftJournal of(JournalFolder folder) throws IOException {
    List<Long> segments = folder.segments();
    if (segments.isEmpty()) {
      SegmentFile.create(folder.segment(1), 1).close();
      return new LeftJournal(new Extent(1, SegmentFile.LEAD, true));
    }
    long last = segments.getLast();
    try (SegmentFile file = SegmentFile.open(folder.segment(last), last)) {
      long position = SegmentFile.LEAD;
      if (!file.isSegment()) {
        // torn in its lead; where it is the only one, reading stops before it reads anything
        return new LeftJournal(
            segments.size() == 1
                ? new Extent(last, position, true)
                : endOf(folder, segments.get(segments.size() - 2)));
      }
      JournalRecord record = file.read(position);
      while (record != null) {
        position += RecordHead.BYTES + record.payload().remaining();
        record = file.read(position);
      }
      return new LeftJournal(new Extent(last, position, true));
    }
  }

  private static Extent endOf(JournalFolder folder, long segment) throws IOException {
    try (SegmentFile file = SegmentFile.open(folder.segment(segment), segment)) {
      return new Extent(segment, file.length(), true);
    }
  }

  @Override
  public boolean isBusy() {
    return false;
  }

  @Override
  public void await(Extent seen, long millis) {
    // nothing will come
  }
}
