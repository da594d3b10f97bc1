package org.colotape.recorder.feed;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.colotape.recorder.session.RecordingSession;
import org.colotape.recorder.stream.ByteParser;
import org.colotape.recorder.stream.StreamParser;
import org.colotape.recorder.stream.UnparsedChannel;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.event.Direction;
import org.colotape.schema.event.Event;
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
  private static final int CHUNK = 1 << 18;
  private static final int HEADER = 2 * Integer.BYTES;
  private static final int MAGIC = 0x5145_564d;
  private static final int VERSION = 3;

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
      if (head.length < HEADER || header.getInt() != MAGIC) {
        throw new ColotapeException(
            "not a migration stream: no magic 'QEVM' at offset 0",
            stream.path().toString(),
            "give the bytes from PVM to SVM from their beginning, or add --force to keep them as"
                + " opaque events");
      }
      int version = header.getInt();
      if (version != VERSION) {
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
   * <p>Further channels come first: their pages are not read yet, and so no checkpoint looks whole
   * that lacks them.
   *
   * @param progress run after each chunk
   * @return how the files ended: at their end of file, or what cut the first that was cut
   */
  public FeedEnd run(RecordingSession session, Runnable progress) {
    FeedEnd end = FeedEnd.WHOLE;
    for (int i = 0; i < channels.size(); i++) {
      end = end.and(feed(channels.get(i), unparsed(i + 1, session), session, progress));
    }
    return end.and(feedMain(session, progress));
  }

  private FeedEnd feedMain(RecordingSession session, Runnable progress) {
    if (returnPath == null) {
      return feed(stream, new StreamParser(0, session.capabilities(), session), session, progress);
    }
    try (ReturnPathFile answers = new ReturnPathFile(returnPath)) {
      ReturnPathPacer pacer = new ReturnPathPacer(session, answers);
      FeedEnd end =
          feed(stream, new StreamParser(0, session.capabilities(), pacer), session, progress);
      pacer.end();
      return end.and(answers.end());
    }
  }

  private static void demandReadable(CapturedFile file) {
    try (InputStream in = file.open()) {
      in.readNBytes(1);
    } catch (IOException e) {
      throw file.unreadable(e);
    }
  }

  private static ByteParser unparsed(int channel, Consumer<Event> session) {
    return new UnparsedChannel(
        channel, Direction.PVM_TO_SVM, "further channels are kept, not parsed", session);
  }

  /**
   * Feeds one file. A compressed file that is cut or damaged ends there: what came before is
   * recorded.
   */
  private static FeedEnd feed(
      CapturedFile file, ByteParser parser, RecordingSession session, Runnable progress) {
    byte[] chunk = new byte[CHUNK];
    FeedEnd end = FeedEnd.WHOLE;
    try (InputStream in = file.open()) {
      for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
        session.bytesArrived();
        parser.feed(ByteBuffer.wrap(chunk, 0, read));
        progress.run();
      }
    } catch (IOException e) {
      end = FeedEnd.cut(file, e);
    }
    parser.end(end.reason());
    return end;
  }
}
