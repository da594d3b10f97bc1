package org.colotape.recorder.feed;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.colotape.recorder.journal.JournalFolder;
import org.colotape.recorder.journal.JournalHead;
import org.colotape.recorder.journal.JournalReader;
import org.colotape.recorder.journal.JournalWriter;
import org.colotape.recorder.session.RecordingSession;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.event.RecordingId;
import org.colotape.schema.event.RecordingStart;
import org.colotape.schema.log.EventSink;

/** The journal of one migration, and the recording that is made of it. */
public class Journaled implements Migrations {
  private final JournalFolder folder;
  private final JournalWriter writer;
  private final List<String> refusals = new CopyOnWriteArrayList<>();

  /** Begins a journal of recording "live". */
  public Journaled(Path journals, List<String> sources) {
    this(journals, sources, JournalWriter.SEGMENT_BYTES);
  }

  /** Begins a journal with segments of that length. */
  public Journaled(Path journals, List<String> sources, long segmentBytes) {
    RecordingStart start = new RecordingStart("live", "test", sources, true, List.of(), false);
    this.folder =
        JournalFolder.create(
            journals, new JournalHead(new RecordingId(new byte[16]), start, 1, 1, "nowhere"));
    this.writer = new JournalWriter(folder, segmentBytes, Long.MAX_VALUE);
  }

  /** Makes the recording until the journal ends, and deletes the journal. */
  public FeedEnd publish(EventSink sink) {
    try (JournalReader reader = JournalReader.behind(folder, writer)) {
      JournalFeed feed = new JournalFeed(folder, reader);
      RecordingSession session = feed.begin(sink);
      FeedEnd end = feed.run(session, sink, () -> {});
      session.finish(end.complete(), end.reason());
      return end;
    } finally {
      folder.delete();
    }
  }

  @Override
  public JournalWriter begin() {
    return writer;
  }

  @Override
  public void refused(ColotapeException refusal) {
    refusals.add(String.valueOf(refusal.getMessage()));
  }

  /** What was told of connections that were not let in. */
  public List<String> refusals() {
    return List.copyOf(refusals);
  }

  @Override
  public void problem(ColotapeException problem) {
    throw problem;
  }
}
