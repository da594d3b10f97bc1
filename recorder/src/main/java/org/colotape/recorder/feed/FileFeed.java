package org.colotape.recorder.feed;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import org.colotape.recorder.session.RecordingSession;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.event.Event;
import org.colotape.schema.wire.StreamFormat;
import org.jspecify.annotations.Nullable;

/**
 * Feeds a session from files that were captured before: the main stream, the return path if there
 * is one, and the streams of further channels.
 *
 * @param stream the main channel, PVM to SVM
 * @param returnPath the main channel, SVM to PVM, or null
 * @param channels channels 1, 2, ..., PVM to SVM
 */
public record FileFeed(
    CapturedFile stream, @Nullable CapturedFile returnPath, List<CapturedFile> channels) {
  private static final int HEADER = 2 * Integer.BYTES;

  /**
   * Files whose further channels are in any order: they are numbered by the ids that they state, or
   * by their places where they state none.
   *
   * @throws ColotapeException if one of the further channels can't be read
   */
  public static FileFeed ofAnyOrder(
      CapturedFile stream, @Nullable CapturedFile returnPath, List<CapturedFile> channels) {
    List<CapturedFile> ordered = new ArrayList<>(channels);
    ordered.sort(Comparator.comparingInt(ChannelId::of));
    return new FileFeed(stream, returnPath, ordered);
  }

  /** One line for each file: what the recording says of its sources. */
  public List<String> sources() {
    List<String> sources = new ArrayList<>();
    sources.add("channel 0, PVM to SVM: file " + stream.path());
    if (returnPath != null) {
      sources.add("channel 0, SVM to PVM: file " + returnPath.path());
    }
    for (int i = 0; i < channels.size(); i++) {
      sources.add("channel " + (i + 1) + ", PVM to SVM: file " + channels.get(i).path());
    }
    return sources;
  }

  /**
   * Looks at the files before anything is recorded.
   *
   * @throws ColotapeException if one can't be read, or the main stream is no migration stream of a
   *     version that can be parsed
   */
  public void check() {
    if (returnPath != null) {
      demandReadable(returnPath);
    }
    channels.forEach(FileFeed::demandReadable);
    try (InputStream in = stream.open()) {
      byte[] head = in.readNBytes(HEADER);
      ByteBuffer header = ByteBuffer.wrap(head);
      if (ChannelId.isIn(head)) {
        throw new ColotapeException(
            "a multifd channel, not the main one",
            stream.path().toString(),
            "give the file that begins with 'QEVM' as the stream, and this one as a channel");
      }
      if (head.length < HEADER || Integer.toUnsignedLong(header.getInt()) != StreamFormat.MAGIC) {
        throw new ColotapeException(
            "not a migration stream: no magic 'QEVM' at offset 0",
            stream.path().toString(),
            "give the bytes from PVM to SVM from their beginning, or add --force to keep them as"
                + " opaque events");
      }
      int version = header.getInt();
      if (version != StreamFormat.VERSION) {
        throw new ColotapeException(
            "migration stream version " + version + " at offset 4",
            stream.path().toString(),
            "only version 3 can be parsed; add --force to keep the bytes as opaque events");
      }
    } catch (IOException e) {
      throw stream.unreadable(e);
    }
  }

  /**
   * Feeds all files to their ends. The session is not finished.
   *
   * @param progress run after each chunk
   * @return how the files ended: at their end of file, or what cut the first that was cut
   */
  public FeedEnd run(RecordingSession session, Runnable progress) {
    if (returnPath == null) {
      return feed(session, session, progress);
    }
    try (ReturnPathFile answers = new ReturnPathFile(returnPath)) {
      ReturnPathPacer pacer = new ReturnPathPacer(session, answers);
      FeedEnd end = feed(pacer, session, progress);
      pacer.end();
      return end.and(answers.end());
    }
  }

  /** Feeds the files from PVM to SVM, each as far as the order of the channels needs it. */
  private FeedEnd feed(Consumer<Event> events, RecordingSession session, Runnable progress) {
    ChannelOrder order =
        new ChannelOrder(events, session.capabilities(), ChannelOrder.Pace.AS_NEEDED);
    List<ChannelFile> files = new ArrayList<>();
    try {
      files.add(new ChannelFile(0, stream, order.main()));
      for (int i = 0; i < channels.size(); i++) {
        files.add(new ChannelFile(i + 1, channels.get(i), order.add(i + 1)));
      }
      // what the further channels are must be known before the main channel comes to wait for them
      List<ChannelFile> mainLast = new ArrayList<>(files.subList(1, files.size()));
      mainLast.add(files.getFirst());
      ChannelFile next = wanted(mainLast, order);
      while (next != null) {
        session.bytesArrived();
        next.feed(order.appetite(next.channel()));
        progress.run();
        next = wanted(mainLast, order);
      }
      return files.stream().map(ChannelFile::end).reduce(FeedEnd.WHOLE, FeedEnd::and);
    } finally {
      files.forEach(ChannelFile::close);
    }
  }

  /** A file that has not ended and is wanted now; null if all have ended. */
  private static @Nullable ChannelFile wanted(List<ChannelFile> files, ChannelOrder order) {
    for (ChannelFile file : files) {
      if (!file.hasEnded() && order.appetite(file.channel()) > 0) {
        return file;
      }
    }
    return null;
  }

  private static void demandReadable(CapturedFile file) {
    try (InputStream in = file.open()) {
      in.readNBytes(1);
    } catch (IOException e) {
      throw file.unreadable(e);
    }
  }
}
