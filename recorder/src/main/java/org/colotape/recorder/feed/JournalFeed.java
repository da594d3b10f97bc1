package org.colotape.recorder.feed;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.function.Supplier;
import org.colotape.recorder.journal.JournalFolder;
import org.colotape.recorder.journal.JournalHead;
import org.colotape.recorder.journal.JournalLane;
import org.colotape.recorder.journal.JournalReader;
import org.colotape.recorder.journal.JournalRecord;
import org.colotape.recorder.session.CheckpointObserver;
import org.colotape.recorder.session.RecordedPast;
import org.colotape.recorder.session.RecordingSession;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.check.EventCheck;
import org.colotape.schema.codec.EventCodec;
import org.colotape.schema.event.Closing;
import org.colotape.schema.event.Direction;
import org.colotape.schema.event.Event;
import org.colotape.schema.log.EventSink;
import org.jspecify.annotations.Nullable;

/**
 * Makes a recording of a journal: while a tap writes it, or behind a recorder that was killed. The
 * events depend on the journal only, and so what a killed recorder published is found again.
 *
 * <p>A recording that holds events already is given first, event by event: their bytes bring the
 * parsers to where the journal begins. What the parsers make again of the journal is dropped up to
 * the last event that is held.
 */
public final class JournalFeed {
  private static final String KILLED = "the recorder was killed";
  private static final EventCodec<Event> CODEC = EventCodec.events();

  /** How often it looks at what was acknowledged while nothing comes. */
  private static final long LOOK_MILLIS = 200;

  /** Bytes that may wait in the journal while a burst of the migration goes by. */
  private static final long BACKLOG = 512L << 20;

  private static final long PAUSE_MILLIS = 5;

  private final JournalFolder folder;
  private final JournalReader reader;
  private final Map<JournalLane, Long> begins;
  private final RecordedPast past = new RecordedPast();
  private final Continuation events = new Continuation();
  private final TapRecorder parsers;
  private @Nullable RecordingSession session;
  private long time;

  /**
   * @param reader reads that journal, and nothing of it was read
   */
  public JournalFeed(JournalFolder folder, JournalReader reader) {
    this.folder = folder;
    this.reader = reader;
    this.begins = reader.begins();
    this.time = folder.head().time();
    this.parsers = new TapRecorder(events, this::arrived, folder.head().start().getCapabilities());
  }

  /** Takes an event that the recording holds, in seq order. */
  public void present(Event event) {
    past.accept(event);
    events.present(event);
    if (event.getDirection() != Direction.NONE) {
      bringUp(event);
    }
  }

  /**
   * Begins the session that makes the rest.
   *
   * @param sink takes the events from the first that the recording does not hold
   * @throws ColotapeException if the journal does not go on where the recording ends
   */
  public RecordingSession begin(EventSink sink) {
    JournalHead head = folder.head();
    RecordingSession session =
        new RecordingSession(
            sink, head.id(), head.start(), () -> time, CheckpointObserver.NONE, past);
    events.begin(session, begins);
    this.session = session;
    return session;
  }

  /**
   * Feeds the session until the journal ends. The session is not finished.
   *
   * @param sink takes the session's events; tells what of the journal can be deleted
   * @param progress run after each record and now and then while none comes
   * @return how the migration ended
   * @throws ColotapeException if the journal is damaged, or recording fails
   */
  public FeedEnd run(RecordingSession session, EventSink sink, Runnable progress) {
    JournalTrimmer trimmer = new JournalTrimmer(folder, reader, events, sink);
    FeedEnd end = null;
    boolean over = false;
    while (!over) {
      if (reader.mayWait(BACKLOG)) {
        pause();
        continue;
      }
      parsers.hold(reader);
      JournalRecord record = reader.next();
      if (record != null) {
        FeedEnd closed = feed(record, session);
        end = closed == null ? end : closed;
        trimmer.parsed(record);
      } else if (!reader.ended()) {
        await();
      } else if (parsers.hasGivenUp()) {
        over = true;
      } else {
        parsers.giveUp();
      }
      trimmer.trim();
      progress.run();
    }
    FeedEnd known = end == null ? new FeedEnd(false, Closing.UNKNOWN, KILLED) : end;
    parsers.endAll(known);
    return known;
  }

  private void arrived(long at) {
    time = at;
    if (session != null) {
      session.bytesArrived();
    }
  }

  private @Nullable FeedEnd feed(JournalRecord record, RecordingSession to) {
    switch (record.type()) {
      case BYTES, END, CLOSED, OPEN -> parsers.record(record);
      case OBSERVATION -> {
        arrived(record.time());
        observe(record, to);
      }
      case CLOSE -> {
        arrived(record.time());
        return new FeedEnd(true, Closing.CLOSED, record.text());
      }
      case CUT -> {
        arrived(record.time());
        return new FeedEnd(false, Closing.STOPPED, record.text());
      }
    }
    return null;
  }

  private void observe(JournalRecord record, RecordingSession to) {
    if (events.lacksObservation(record.offset())) {
      Supplier<String> where = () -> folder.path().toString();
      Event observation = CODEC.decode(record.payload().duplicate(), where);
      EventCheck.checkContents(observation, where);
      to.observe(observation);
    }
  }

  /** Feeds a parser what the journal does not hold any more. */
  private void bringUp(Event event) {
    JournalLane lane = new JournalLane(event.getChannel(), event.getDirection());
    long trimmed = begins.getOrDefault(lane, Long.MAX_VALUE) - event.getStreamOffset();
    ByteBuffer bytes = event.getWire().duplicate();
    if (trimmed > 0) {
      bytes.limit(bytes.position() + (int) Math.min(bytes.remaining(), trimmed));
      parsers.feed(lane, bytes);
    }
  }

  private void pause() {
    interruptibly(() -> Thread.sleep(PAUSE_MILLIS));
  }

  private void await() {
    interruptibly(() -> reader.await(LOOK_MILLIS));
  }

  private void interruptibly(Waiting waiting) {
    try {
      waiting.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ColotapeException(
          "interrupted",
          folder.path().toString(),
          "finish it with 'colotape record --resume " + folder.head().name() + "'",
          e);
    }
  }

  /** Something that waits. */
  private interface Waiting {
    void run() throws InterruptedException;
  }
}
