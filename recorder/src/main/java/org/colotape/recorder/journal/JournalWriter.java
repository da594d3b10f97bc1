package org.colotape.recorder.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.event.Closing;
import org.colotape.schema.event.Direction;
import org.jspecify.annotations.Nullable;

/**
 * Writes a journal. The threads of all lanes append to one sequence, which is the order of arrival.
 * A journal that can't be written further ends there, quietly: whoever appends must go on passing
 * on. {@link #failure} then says why.
 */
public final class JournalWriter implements JournalProgress, AutoCloseable {
  /** Length of a segment, about, in bytes. */
  public static final long SEGMENT_BYTES = 64L << 20;

  private static final JournalLane NO_LANE = new JournalLane(0, Direction.NONE);

  private final JournalFolder folder;
  private final long segmentBytes;
  private final long most;
  private final ByteBuffer head = ByteBuffer.allocateDirect(RecordHead.BYTES);
  private final Map<JournalLane, Long> lengths = new HashMap<>();
  private final Burst burst = new Burst(System.nanoTime());
  private long observations;
  private FileChannel file;
  private volatile Extent extent;
  private volatile @Nullable ColotapeException failure;
  private boolean waiting;

  /**
   * Begins the journal.
   *
   * @param folder a new one
   * @param segmentBytes length of a segment, about
   * @param most most bytes on disk that are not acknowledged; behind them the journal ends
   * @throws ColotapeException if it can't be written
   */
  public JournalWriter(JournalFolder folder, long segmentBytes, long most) {
    this.folder = folder;
    this.segmentBytes = segmentBytes;
    this.most = most;
    try {
      this.file = folder.begin(1);
    } catch (IOException e) {
      throw JournalFolder.unusable(folder.path(), e);
    }
    this.extent = new Extent(1, SegmentFile.LEAD, false);
  }

  /** Says that a lane was opened. */
  public synchronized void open(JournalLane lane) {
    append(JournalRecord.Type.OPEN, lane, 0, text(""));
  }

  /** Appends bytes of a lane. The buffer stays as it is. */
  public synchronized void bytes(JournalLane lane, ByteBuffer bytes) {
    long offset = lengths.getOrDefault(lane, 0L);
    lengths.put(lane, offset + bytes.remaining());
    append(JournalRecord.Type.BYTES, lane, offset, bytes);
  }

  /** Number of bytes that a lane carried so far. */
  public synchronized long length(JournalLane lane) {
    return lengths.getOrDefault(lane, 0L);
  }

  /** Says that a lane carries no more. */
  public synchronized void end(JournalLane lane, Closing closing, String reason) {
    append(
        JournalRecord.Type.CLOSED,
        lane,
        lengths.getOrDefault(lane, 0L),
        JournalRecord.ending(closing, reason));
  }

  /** Appends an observation, as an event in the codec of the log. */
  public synchronized void observation(byte[] event) {
    append(JournalRecord.Type.OBSERVATION, NO_LANE, observations++, ByteBuffer.wrap(event));
  }

  /**
   * Says how the migration ended. Nothing can be appended then.
   *
   * @param complete true if it was seen to its end
   * @param reason in a few words
   */
  public synchronized void close(boolean complete, String reason) {
    if (!extent.closed()) {
      JournalRecord.Type type = complete ? JournalRecord.Type.CLOSE : JournalRecord.Type.CUT;
      append(type, NO_LANE, 0, text(reason));
      finish();
    }
  }

  /** As {@link #close(boolean, String)}, for a recorder that has to give up. */
  @Override
  public void close() {
    close(false, "the recorder was stopped");
  }

  /** True if nothing can be appended any more. */
  public boolean isClosed() {
    return extent.closed();
  }

  /** Why the journal could not be written further; null if it could. */
  public @Nullable ColotapeException failure() {
    return failure;
  }

  @Override
  public Extent extent() {
    return extent;
  }

  @Override
  public boolean isBusy() {
    return !extent.closed() && !burst.isOver(System.nanoTime());
  }

  @Override
  public synchronized void await(Extent seen, long millis) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    waiting = true;
    for (long left = millis; extent.equals(seen) && left > 0; ) {
      wait(left);
      left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
    }
    waiting = false;
  }

  private void append(JournalRecord.Type type, JournalLane lane, long offset, ByteBuffer payload) {
    if (extent.closed()) {
      return;
    }
    JournalRecord record = new JournalRecord(type, lane, now(), offset, payload);
    try {
      if (folder.bytes() > most && type == JournalRecord.Type.BYTES) {
        throw new IOException("it has reached its limit of " + most + " bytes");
      }
      if (extent.position() >= segmentBytes) {
        roll();
      }
      put(record);
    } catch (IOException e) {
      fail(e);
    }
  }

  private void put(JournalRecord record) throws IOException {
    RecordHead.write(record, head);
    ByteBuffer[] parts = {head, record.payload().duplicate()};
    long length = parts[0].remaining() + (long) parts[1].remaining();
    for (long left = length; left > 0; ) {
      left -= file.write(parts);
    }
    folder.grew(length);
    if (record.type() == JournalRecord.Type.BYTES) {
      burst.passed(record.lane().direction() == Direction.SVM_TO_PVM, System.nanoTime());
    } else {
      burst.goesOn(System.nanoTime());
    }
    extent(new Extent(extent.segment(), extent.position() + length, false));
  }

  private void roll() throws IOException {
    long next = extent.segment() + 1;
    // before the next one is there: a segment that has a successor is read to its end
    file.truncate(extent.position());
    FileChannel opened = folder.begin(next);
    file.close();
    file = opened;
    extent(new Extent(next, SegmentFile.LEAD, false));
  }

  private void fail(IOException cause) {
    ColotapeException why =
        new ColotapeException(
            "what came after is not recorded, the journal can't be written: " + cause.getMessage(),
            folder.path().toString(),
            "make room there, or raise --journal-limit, before the next migration");
    failure = why;
    try {
      file.truncate(extent.position());
      file.position(extent.position());
      put(
          new JournalRecord(
              JournalRecord.Type.CUT,
              NO_LANE,
              now(),
              0,
              text("the journal could not be written: " + cause.getMessage())));
    } catch (IOException e) {
      why.addSuppressed(e);
    }
    finish();
  }

  private void finish() {
    try {
      file.truncate(extent.position());
      file.close();
    } catch (IOException e) {
      // its readers go by the extent and the checksums
      if (failure != null) {
        failure.addSuppressed(e);
      }
    }
    extent(new Extent(extent.segment(), extent.position(), true));
  }

  private void extent(Extent now) {
    extent = now;
    if (waiting) {
      notifyAll();
    }
  }

  private static ByteBuffer text(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  private static long now() {
    Instant now = Instant.now();
    return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
  }
}
