package org.colotape.recorder.observe;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.colotape.recorder.journal.JournalFolder;
import org.colotape.recorder.journal.JournalLane;
import org.colotape.recorder.journal.JournalReader;
import org.colotape.recorder.journal.JournalRecord;
import org.colotape.recorder.journal.JournalWriter;
import org.colotape.recorder.stream.ByteParser;
import org.colotape.recorder.stream.ChannelParser;
import org.colotape.recorder.stream.PageSize;
import org.colotape.recorder.stream.StreamParser;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.digest.PageDigest;
import org.colotape.schema.event.Direction;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.Page;

/**
 * Knows what the primary said of each page so far, and which pages it sent since the last
 * observation. Reads the journal at its own pace, on its own thread: it waits for no log.
 */
final class StreamFollower implements Runnable, AutoCloseable {
  /** What the secondary answers to: all that the primary sent before stands before it. */
  private static final JournalLane ANSWERS = new JournalLane(0, Direction.SVM_TO_PVM);

  private static final int MAIN = 0;
  private static final long LOOK_MILLIS = 200;

  private final JournalFolder folder;
  private final JournalReader reader;
  private final StreamParser main;

  /**
   * Parsers of the further channels. Their bytes are taken as they come: between two sync points no
   * page comes twice, and what comes behind one was sent behind it.
   */
  private final Map<Integer, ChannelParser> channels = new HashMap<>();

  private final StreamDigests digests = new StreamDigests();
  private final Map<String, BitSet> sent = new HashMap<>();
  private final Thread thread;
  private int pageSize = 1;
  private long parsed;
  private long answered;
  private boolean ended;

  StreamFollower(JournalFolder folder, JournalWriter writer) {
    this.folder = folder;
    this.main =
        new StreamParser(MAIN, folder.head().start().getCapabilities(), new PageSize(), this::see);
    this.reader = JournalReader.behind(folder, writer);
    folder.keepFrom(reader.firstNeeded());
    this.thread = Thread.ofPlatform().name("colotape-follow").daemon().start(this);
  }

  @Override
  public void run() {
    try (reader) {
      while (!reader.ended()) {
        JournalRecord record = reader.next();
        if (record == null) {
          reader.await(LOOK_MILLIS);
        } else if (record.type() == JournalRecord.Type.BYTES) {
          take(record);
        }
        folder.keepFrom(reader.firstNeeded());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ColotapeException e) {
      // what publishes the journal comes to the same place, and tells
    } finally {
      end();
    }
  }

  private synchronized void take(JournalRecord record) {
    if (record.lane().equals(ANSWERS)) {
      answered = record.end();
    } else if (record.lane().direction() == Direction.PVM_TO_SVM) {
      parser(record.lane().channel()).feed(record.payload().duplicate());
      parsed = record.lane().channel() == MAIN ? record.end() : parsed;
    }
    notifyAll();
  }

  private ByteParser parser(int channel) {
    return channel == MAIN
        ? main
        : channels.computeIfAbsent(channel, number -> new ChannelParser(number, main, this::see));
  }

  private synchronized void end() {
    folder.keepFrom(Long.MAX_VALUE);
    ended = true;
    notifyAll();
  }

  private void see(Event event) {
    if (event.getKind() == Kind.RAM_BLOCK_LIST) {
      pageSize = event.getBlocks().getPageSize();
    } else if (event.getKind() == Kind.PAGE) {
      Page page = event.getPage();
      int first = (int) (page.getOffset() / page.getPageSize());
      sent.computeIfAbsent(page.getBlock(), _ -> new BitSet()).set(first, first + page.getPages());
    }
    digests.see(event);
  }

  /**
   * Waits until all was followed that the primary had sent when the secondary answered: what is on
   * further channels stands before the answer.
   *
   * @param sent bytes of the main channel
   * @param answers bytes of the secondary's answers
   * @param deadline a {@link System#nanoTime} behind which it gives up
   * @return false if it gave up
   */
  synchronized boolean await(long sent, long answers, long deadline) throws InterruptedException {
    while ((parsed < sent || answered < answers) && !ended) {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return false;
      }
      wait(left);
    }
    return parsed >= sent && answered >= answers;
  }

  /** What the primary said. Only to be looked at while it is known to say nothing. */
  StreamDigests digests() {
    return digests;
  }

  /** Takes what a memory that should be what was said holds, where the encoding does not tell. */
  void learn(String block, int page, PageDigest seen) {
    digests.learn(block, (long) page * pageSize, pageSize, seen);
  }

  int pageSize() {
    return pageSize;
  }

  /** True if the page was sent since {@link #observed}. */
  boolean wasSent(String block, int page) {
    BitSet pages = sent.get(block);
    return pages != null && pages.get(page);
  }

  /** An observation was made: pages that are sent count from here. */
  void observed() {
    sent.clear();
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
